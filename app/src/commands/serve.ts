import { startService } from '../compose/service.ts';
import { stopSignal } from '../platform/signal.ts';
import type { Command } from './command.ts';
import { databaseUrl, loadConfig } from './settings.ts';
import { readVersion } from './version.ts';

/** `serve`: a replica on the stores that the settings name, until it is told to stop. */
export const serve: Command = async (context) => {
  const config = loadConfig(context);
  const stop = stopSignal(context.process);
  const service = await startService({
    config: { ...config, databaseUrl: databaseUrl(config) },
    version: readVersion(),
  });
  await stop;
  await service.stop();
  return 0;
};
