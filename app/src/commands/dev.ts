import { startService } from '../compose/service.ts';
import type { Config } from '../config.ts';
import { checkPort } from '../platform/doors.ts';
import { migrate } from '../platform/migrator.ts';
import { stopSignal } from '../platform/signal.ts';
import type { Command, CommandContext } from './command.ts';
import { CommandError } from './command.ts';
import { firstAdminKey, startDatabase } from './dev-database.ts';
import { loadServiceConfig } from './settings.ts';
import { readVersion } from './version.ts';
import { welcome } from './welcome.ts';

type Print = (line: string) => void;

/** On a terminal what a person wants to read must not drown in a line a request, unless it was asked for. */
function configOf(context: CommandContext): Config {
  const config = loadServiceConfig(context);
  const asked = context.env['LOG_LEVEL'] || context.env['LOG_LEVEL_FILE'];
  return context.process.stdout.isTTY && !asked ? { ...config, logLevel: 'warn' } : config;
}

type Started = { lost: Promise<Error> };

/** Starts all of it, for `stack` to end, and says what a person wants to know. */
async function start(config: Config, print: Print, signal: AbortSignal, stack: AsyncDisposableStack): Promise<Started> {
  await checkPort(config);
  const { url: databaseUrl, data, lost } = stack.use(await startDatabase(config, print, signal));
  const complete = { ...config, databaseUrl };
  await migrate(databaseUrl);
  signal.throwIfAborted();
  const service = await startService({ config: complete, version: readVersion() });
  stack.defer(() => service.stop());
  const firstKey = await firstAdminKey(complete);
  for (const line of welcome({ config, port: service.port, firstKey, data })) print(line);
  return { lost };
}

/** Runs until the signal aborts, or until the database is gone for good, for a reason that is then the answer. */
async function run(config: Config, print: Print, signal: AbortSignal): Promise<Error | undefined> {
  const told = new Promise<undefined>((resolve) => signal.addEventListener('abort', () => resolve(undefined)));
  await using stack = new AsyncDisposableStack();
  const started = await start(config, print, signal, stack).catch((error: unknown) => {
    // Told to stop meanwhile: what had been begun is given up, whatever it says of that.
    if (!signal.aborted) throw error;
    return undefined;
  });
  const failure = started && (await Promise.race([told, started.lost]));
  print(failure ? 'The database is gone: stopping …' : 'Stopping …');
  return failure;
}

/** `dev`, which is `npm start`: the service with all that it needs, until Ctrl-C or SIGTERM. */
export const dev: Command = async (context) => {
  const config = configOf(context);
  const ending = new AbortController();
  void stopSignal(context.process).then(() => ending.abort());
  const failure = await run(config, context.print, ending.signal);
  if (failure) throw new CommandError(failure.message, { cause: failure });
  context.print('Stopped.');
  return 0;
};
