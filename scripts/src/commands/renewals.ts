import { must, ScriptError } from '../platform/run.ts';
import { createRoles } from '../roles/roles.ts';
import { changeGrafanaPassword } from '../secrets/grafana.ts';
import { closeStore, openStore, type Rotatable } from '../secrets/rotation.ts';
import { fetchImage } from '../stack/image.ts';
import { rollOut } from '../stack/release.ts';
import { tell } from '../stack/tell.ts';
import type { CommandContext } from './command.ts';
import type { Stack } from './open-stack.ts';
import { whoAsks } from './who-asks.ts';

/** These are not restarted for a file: they take the new password as they run, or read it at each start. */
const notRestarted = new Set(['app', 'app-template', 'migrate', 'postgres', 'cache', 'queue', 'restore', 'backup']);

/** Programs that ask a store take its client, whichever it is. */
const client = ['sh', '-c', '$(command -v valkey-cli || command -v redis-cli)'];

/** Whether a store let us in; throws what it said when it did not do then what it was told. */
async function tellStore({ run }: CommandContext, { compose }: Stack, store: string, commands: string) {
  const said = (await tell({ run, compose }, store, client, commands)).trim();
  if (said !== 'OK\nOK' && !said.startsWith('WRONGPASS')) throw new ScriptError(`${store} did not take it: ${said}`);
  return said === 'OK\nOK';
}

/** A store takes every password that somebody may have. It knows one: which, depends on where an earlier renewal ended. */
async function openForAll(context: CommandContext, stack: Stack, store: string, all: readonly string[]): Promise<void> {
  for (const known of all) if (await tellStore(context, stack, store, openStore(known, all))) return;
  throw new ScriptError(`${store} knows none of its passwords: docker compose restart ${store} has it read the newest`);
}

type Service = { secrets?: { source: string }[] };

/** Services, other than replicas and stores, that have one of these files. */
async function readersOf({ compose }: Stack, names: ReadonlySet<string>): Promise<string[]> {
  const text = await must(compose.run(['config', '--format', 'json']), 'reading docker-compose.yml');
  const { services } = JSON.parse(text) as { services: Record<string, Service> };
  const reads = ({ secrets = [] }: Service) => secrets.some(({ source }) => names.has(source));
  return Object.entries(services).flatMap(([name, it]) => (!notRestarted.has(name) && reads(it) ? [name] : []));
}

async function restartReaders(stack: Stack, ...names: readonly string[]): Promise<void> {
  const readers = await readersOf(stack, new Set(names));
  if (readers.length === 0) return;
  const args = ['up', '--detach', '--wait', '--no-build', '--no-deps', '--force-recreate', ...readers];
  await must(stack.compose.run(args), `restarting ${readers.join(', ')}`);
}

async function renewReplicas(context: CommandContext, stack: Stack): Promise<void> {
  const { APP_IMAGE = '', SECRETS_REVISION } = await stack.secrets.environment();
  await stack.secrets.remember({ SECRETS_REVISION: String(Number(SECRETS_REVISION || 0) + 1) });
  const image = await fetchImage(context, APP_IMAGE);
  const code = await rollOut({ ...stack, print: context.print }, image, whoAsks(context));
  if (code !== 0) throw new ScriptError('the replicas were not renewed: both values are good. Try again');
}

/** What replicas ask of whoever comes: each has the one or the other until all are new. */
export async function renewPersonal(context: CommandContext, stack: Stack, name: Rotatable): Promise<void> {
  await stack.secrets.renew(name);
  await renewReplicas(context, stack);
  await stack.secrets.settle(name);
}

/** A store takes both passwords until everybody has the new one. */
export async function renewStore(context: CommandContext, stack: Stack, name: Rotatable): Promise<void> {
  const store = name.replace(/_password$/, '');
  const { after } = await stack.secrets.renew(name, (made) =>
    openForAll(context, stack, store, [...made.before, made.after]),
  );
  await renewReplicas(context, stack);
  await restartReaders(stack, name, 'redis_passwords.json');
  await tellStore(context, stack, store, closeStore(after));
  await stack.secrets.settle(name);
}

const rolesOf = ({ root, run }: CommandContext, { compose, secrets }: Stack) =>
  createRoles({ root, run, compose, secrets });

/** Postgres lets replicas in as two roles until all come as the new one. One that was begun before is finished. */
export async function renewLogin(context: CommandContext, stack: Stack): Promise<void> {
  const roles = rolesOf(context, stack);
  if (await roles.bothOpen()) context.print('finishing the renewal that was begun');
  else await stack.secrets.renew('database_password');
  await roles.ensure();
  await renewReplicas(context, stack);
  await roles.closeOther();
  await stack.secrets.settle('database_password');
}

/** Whoever logs in anew each time only needs Postgres and the file to agree. */
export async function tellDatabase(context: CommandContext, stack: Stack, name: Rotatable): Promise<void> {
  await stack.secrets.renew(name);
  await rolesOf(context, stack).ensure();
  await restartReaders(stack, name);
  await stack.secrets.settle(name);
}

/** Grafana keeps its password itself, where it runs. */
export async function renewGrafana(_context: CommandContext, stack: Stack): Promise<void> {
  const { compose, secrets, values } = stack;
  const runs = (await compose.list()).some(({ service, state }) => service === 'grafana' && state === 'running');
  const { before, after } = await secrets.renew('GRAFANA_PASSWORD');
  if (!runs) return;
  try {
    await changeGrafanaPassword(`http://127.0.0.1:${values['GRAFANA_PORT']}`, before, after);
  } catch (error) {
    // Where nobody knows whether it took the new one, both are tried the next time.
    if (!(error instanceof ScriptError)) throw error;
    await secrets.remember({ GRAFANA_PASSWORD: before[0] ?? '' });
    await secrets.ensure();
    throw error;
  }
  await secrets.settle('GRAFANA_PASSWORD');
}
