import { totalmem } from 'node:os';
import { endMove, orUndo } from '../backup/move.ts';
import { must, ScriptError } from '../platform/run.ts';
import { waitUntil } from '../platform/wait-until.ts';
import { createRoles } from '../roles/roles.ts';
import { createSecretStore } from '../secrets/secret-store.ts';
import { checkConfiguration } from '../stack/configuration.ts';
import type { ReleaseImage } from '../stack/image.ts';
import { withOtherFiles } from '../stack/mounted.ts';
import { migrate, rollOut } from '../stack/release.ts';
import { ensureTemplate, releaseSettings } from '../stack/template.ts';
import { endUpgrade } from '../upgrade/upgrade.ts';
import { asOnlyOne } from './alone.ts';
import type { Command, CommandContext } from './command.ts';
import { fillDatabase } from './fill.ts';
import { withHelp } from './help.ts';
import { provideImages } from './images.ts';
import { monitoringReport } from './monitoring-report.ts';
import type { Stack } from './open-stack.ts';
import { prepare } from './prepare.ts';
import { endOtherProfiles, startedByCompose } from './services.ts';
import { parseUpOptions, profileOf, type UpOptions, usage } from './up-options.ts';

const stores = ['postgres', 'cache', 'queue'];
/** Seconds. */
const patience = 90;
/** The engine looks every 15 s, in milliseconds. */
const nextLook = 30_000;

/** Compose gives up on a service that was ill when the engine looked last, as after a hang: it gets time for the next look. */
async function awaitNextLook({ compose }: Stack, services: readonly string[]): Promise<void> {
  const isIll = async () =>
    (await compose.list()).some(({ health, service }) => health === 'unhealthy' && services.includes(service));
  await waitUntil(async () => ((await isIll()) ? undefined : true), { every: 500, within: nextLook, now: Date.now });
}

async function start(stack: Stack, services: readonly string[]): Promise<void> {
  const args = ['up', '--detach', '--wait', '--quiet-pull', '--no-build', '--no-deps', ...services];
  const { code, stderr } = await stack.compose.run(args);
  if (code === 0) return;
  if (stderr.includes('is unhealthy')) await awaitNextLook(stack, services);
  await must(stack.compose.run(args), `starting ${services.join(', ')}`);
}

/** Waits until as many replicas serve as the autoscaler wants, and shows how far it is. */
async function awaitReplicas({ autoscaler }: Stack): Promise<void> {
  if ((await autoscaler.follow('wait', '--within', `${patience}`)) !== 0)
    throw new ScriptError('The replicas do not get ready. scripts/doctor says why; docker compose logs app');
}

/** From an empty machine to replicas. What there is to read in comes before them: they begin with its secret of the codes. */
async function serveFirst(context: CommandContext, stack: Stack, image: ReleaseImage, options: UpOptions) {
  const { print } = context;
  print('migrating the database');
  await migrate(stack, image);
  await ensureTemplate(stack, image);
  await stack.secrets.remember(releaseSettings(image));
  await fillDatabase(context, stack, options);
  await start(stack, await startedByCompose(stack.compose));
  await awaitReplicas(stack);
}

/** Puts new replicas in the place of all that run, one after another. */
async function renewReplicas(stack: Stack, { run, print }: CommandContext): Promise<void> {
  const { compose } = stack;
  const isThere = async (id: string) => (await compose.list()).some((container) => container.id === id);
  const running = (await compose.list()).filter(({ service, state }) => service === 'app' && state === 'running');
  for (const { id, name } of running) {
    print(`renewing ${name}`);
    await must(run('docker', ['stop', id]), `stopping ${name}`);
    // Until the autoscaler has taken it away, it may not know yet.
    const gone = async () => ((await isThere(id)) ? undefined : true);
    await waitUntil(gone, { every: 500, within: patience * 1_000, now: Date.now });
    await awaitReplicas(stack);
  }
}

/** What has changed in the templates of nginx, without a lost connection. */
async function applyTemplates({ compose }: Stack): Promise<void> {
  await must(compose.run(['exec', '-T', 'nginx', 'apply-templates']), 'filling in the templates of nginx');
}

/** The release of what has changed since the start before, and what there is to read in. */
async function serveAgain(context: CommandContext, stack: Stack, image: ReleaseImage, options: UpOptions) {
  const { print } = context;
  await start(stack, await startedByCompose(stack.compose));
  await applyTemplates(stack);
  await awaitReplicas(stack);
  const code = await rollOut({ ...stack, print }, image, 'up');
  if (code !== 0) throw new ScriptError('What has changed since the last start could not be rolled out.');
  await fillDatabase(context, stack, options);
  // The file may have brought the secret of its codes.
  if (options.import !== undefined) await renewReplicas(stack, context);
}

function report({ values }: Stack, print: (line: string) => void, open: boolean): void {
  const { DOMAIN, HTTP_PORT, HTTPS_PORT } = values;
  const at = (scheme: string, port: string | undefined, usual: string) =>
    `${scheme}://localhost${port === usual ? '' : `:${port}`}`;
  print('');
  if (DOMAIN) print(`Shortstack serves on https://${DOMAIN}`);
  print(`On this machine: ${at('http', HTTP_PORT, '80')} and ${at('https', HTTPS_PORT, '443')}`);
  print('The admin key is API_KEY in .env; the other secrets are there and in .secrets/.');
  if (open) print('WARNING: AUTH=off in .env: whoever reaches this machine may read and change everything.');
}

async function upNow(context: CommandContext): Promise<number> {
  const options = parseUpOptions(context.argv, profileOf(await createSecretStore(context).environment()));
  const stack = await prepare(context, options);
  const image = await provideImages(context, stack, options);
  // What does not work must not take the place of what does.
  await checkConfiguration(stack.compose, withOtherFiles(await stack.compose.list(), stack.values));
  const before = await stack.autoscaler.status();
  await orUndo(stack, () => start(stack, stores));
  await createRoles({ ...context, ...stack }).ensure();
  await endUpgrade({ ...stack, print: context.print });
  await endMove({ ...stack, print: context.print });
  await (before?.release ? serveAgain : serveFirst)(context, stack, image, options);
  const ended = await endOtherProfiles(stack.compose);
  if (ended.length > 0) context.print(`ended, as profile ${options.profile} has no ${ended.join(', ')}`);
  const env = await stack.secrets.environment();
  report(stack, context.print, env['AUTH'] === 'off');
  for (const line of monitoringReport({ profile: options.profile, memory: totalmem() }, stack.values, env))
    context.print(line);
  return 0;
}

/** `up`: everything that is needed, from a machine with Docker to a service that answers. Again, it changes nothing. */
export const up: Command = withHelp(usage, asOnlyOne('up', upNow));
