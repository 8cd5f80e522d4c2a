import { must, ScriptError } from '../platform/run.ts';
import { waitUntil } from '../platform/wait-until.ts';
import { serving } from '../stack/autoscaler.ts';
import type { ReleaseImage } from '../stack/image.ts';
import { migrate, rollOut } from '../stack/release.ts';
import { ensureTemplate, releaseSettings } from '../stack/template.ts';
import type { Command, CommandContext } from './command.ts';
import { fillDatabase } from './fill.ts';
import { provideImages } from './images.ts';
import type { Stack } from './open-stack.ts';
import { prepare } from './prepare.ts';
import { startedByCompose } from './services.ts';
import { parseUpOptions } from './up-options.ts';

const stores = ['postgres', 'cache', 'queue'];
const patience = 90_000;

async function start({ compose }: Stack, services: readonly string[]): Promise<void> {
  const args = ['up', '--detach', '--wait', '--quiet-pull', '--no-build', '--no-deps', ...services];
  await must(compose.run(args), `starting ${services.join(', ')}`);
}

/** Waits until as many replicas serve as the autoscaler wants, and says what it waits for. */
async function awaitReplicas({ autoscaler }: Stack, print: (line: string) => void): Promise<void> {
  let last = '';
  const ready = await waitUntil(
    async () => {
      const status = await autoscaler.status();
      const desired = status?.decision?.desired ?? 0;
      const line = status ? `${serving(status).length} of ${desired} replicas serve` : 'the autoscaler begins';
      if (line !== last) print(line);
      last = line;
      return status && desired > 0 && serving(status).length >= desired ? status : undefined;
    },
    { every: 500, within: patience, now: Date.now },
  );
  if (!ready) throw new ScriptError('The replicas do not get ready. scripts/doctor says why; docker compose logs app');
}

/** The first start, or the release of what has changed since. */
async function serve(context: CommandContext, stack: Stack, image: ReleaseImage): Promise<void> {
  const { print } = context;
  const before = await stack.autoscaler.status();
  await start(stack, stores);
  if (!before?.release) {
    print('migrating the database');
    await migrate(stack, image);
    await ensureTemplate(stack, image);
    await stack.secrets.remember(releaseSettings(image));
  }
  await start(stack, await startedByCompose(stack.compose));
  await awaitReplicas(stack, print);
  if (!before?.release) return;
  const code = await rollOut({ ...stack, print }, image, 'up');
  if (code !== 0) throw new ScriptError('What has changed since the last start could not be rolled out.');
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

/** `up`: everything that is needed, from a machine with Docker to a service that answers. Again, it changes nothing. */
export const up: Command = async (context) => {
  const options = parseUpOptions(context.argv);
  const stack = await prepare(context, options);
  const image = await provideImages(context, stack, options.debianImages);
  await serve(context, stack, image);
  await fillDatabase(context, stack, options);
  const { AUTH } = await stack.secrets.environment();
  report(stack, context.print, AUTH === 'off');
  return 0;
};
