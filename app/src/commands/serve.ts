import { type Service, startService } from '../compose/service.ts';
import { collectGarbage } from '../platform/collect-garbage.ts';
import { toggleDebug } from '../platform/logger.ts';
import { stopSignal } from '../platform/signal.ts';
import type { Command } from './command.ts';
import { databaseUrl, loadServiceConfig } from './settings.ts';
import { readVersion } from './version.ts';

/** Milliseconds from the end of the service to that of the process. */
const longestFarewell = 1_000;

/** `serve`: a replica on the stores that the settings name, until told to stop. SIGUSR2 switches debug lines on and off. */
export const serve: Command = async (context) => {
  const config = loadServiceConfig(context);
  const stop = stopSignal(context.process);
  let service: Service | undefined;
  // Heard from the first moment on, as unheard it would end the process.
  context.process.on('SIGUSR2', () => service && toggleDebug(service.log, config.logLevel));
  service = await startService({ config: { ...config, databaseUrl: databaseUrl(config) }, version: readVersion() });
  collectGarbage();
  await stop;
  await service.stop();
  // Connections to a store that hangs would hold the process.
  setTimeout(() => context.process.exit(0), longestFarewell).unref();
  return 0;
};
