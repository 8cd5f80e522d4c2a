import { must, ScriptError } from '../platform/run.ts';
import { parseRotatable, type Rotatable, rotations, storeCommands } from '../secrets/rotation.ts';
import { fetchImage } from '../stack/image.ts';
import { rollOut } from '../stack/release.ts';
import type { Command, CommandContext } from './command.ts';
import { withHelp } from './help.ts';
import { openStack, type Stack } from './open-stack.ts';
import { whoAsks } from './release.ts';

const usage = `usage: scripts/rotate-secret ${Object.keys(rotations).join(' | ')}

Renews one secret without a failed request: whoever asks for it takes both values while replicas change to the new one.
Keys that the API has made stay as they are.`;

/** These are not restarted for a file: they take the new password as they run, or read it at each start. */
const notRestarted = new Set(['app', 'app-template', 'migrate', 'postgres', 'cache', 'queue', 'restore', 'backup']);

async function tellStore({ run }: CommandContext, { compose }: Stack, store: string, commands: string): Promise<void> {
  const id = (await compose.list()).find(({ service, state }) => service === store && state === 'running')?.id;
  if (id === undefined) throw new ScriptError(`${store} does not run`);
  const client = '$(command -v valkey-cli || command -v redis-cli)';
  const said = await must(
    run('docker', ['exec', '-i', id, 'sh', '-c', client], { input: commands }),
    `telling ${store}`,
  );
  if (said.trim() !== 'OK\nOK') throw new ScriptError(`${store} did not take it: ${said.trim()}`);
}

type Service = { secrets?: { source: string }[] };

/** Services, other than replicas and stores, that have one of these files. */
async function readersOf({ compose }: Stack, names: ReadonlySet<string>): Promise<string[]> {
  const text = await must(compose.run(['config', '--format', 'json']), 'reading docker-compose.yml');
  const { services } = JSON.parse(text) as { services: Record<string, Service> };
  const reads = ({ secrets = [] }: Service) => secrets.some(({ source }) => names.has(source));
  return Object.entries(services).flatMap(([name, it]) => (!notRestarted.has(name) && reads(it) ? [name] : []));
}

async function renewReplicas(context: CommandContext, stack: Stack): Promise<void> {
  const { APP_IMAGE = '', SECRETS_REVISION } = await stack.secrets.environment();
  await stack.secrets.remember({ SECRETS_REVISION: String(Number(SECRETS_REVISION || 0) + 1) });
  const image = await fetchImage(context, APP_IMAGE);
  const code = await rollOut({ ...stack, print: context.print }, image, whoAsks(context));
  if (code !== 0) throw new ScriptError('the replicas were not renewed: both values are good. Try again');
}

const filesOf: Readonly<Record<Rotatable, readonly string[]>> = {
  API_KEY: ['api_key'],
  CHAOS_TOKEN: ['chaos_token'],
  GRAFANA_PASSWORD: ['grafana_password'],
  cache_password: ['cache_password', 'redis_passwords.json'],
  queue_password: ['queue_password', 'redis_passwords.json'],
};

/** `rotate-secret`: a new value for one secret, without a failed request. */
export const rotateSecret: Command = withHelp(usage, async (context) => {
  const [asked = '', ...more] = context.argv;
  if (asked === '' || more.length > 0) throw new ScriptError(usage);
  const name = parseRotatable(asked);
  const accepts = rotations[name];
  const stack = await openStack(context);
  const { before, after } = await stack.secrets.renew(name);
  const store = accepts === 'cache' || accepts === 'queue' ? accepts : undefined;
  if (store) await tellStore(context, stack, store, storeCommands(before, '>', after));
  if (accepts !== 'nobody') await renewReplicas(context, stack);
  const readers = await readersOf(stack, new Set(filesOf[name]));
  if (readers.length > 0) {
    const args = ['up', '--detach', '--wait', '--no-build', '--no-deps', '--force-recreate', ...readers];
    await must(stack.compose.run(args), `restarting ${readers.join(', ')}`);
  }
  if (store) await tellStore(context, stack, store, storeCommands(after, '<', before));
  context.print(`${name} is renewed${accepts === 'replicas' ? '; it stands in .env' : ''}`);
  return 0;
});
