import { setTimeout as sleep } from 'node:timers/promises';
import { createDocker } from '../engine/docker.ts';
import { createGate } from '../engine/gate.ts';
import { createSuspicion } from '../engine/suspicion.ts';
import { answers, listen } from '../platform/listen.ts';
import { createLogger } from '../platform/logger.ts';
import { stopSignal } from '../platform/signal.ts';
import { placeOf } from '../policies.ts';
import type { Command } from './command.ts';
import { needSettings } from './settings.ts';

/** Who shares the volume may connect: the volume is what keeps others out. */
const sharedMode = 0o666;

/** `gate`: the proxy before the Docker socket, in a process and a container of its own. */
export const gate: Command = async ({ env, process }) => {
  const settings = needSettings(env);
  const logger = createLogger(settings.logLevel, 'gate');
  const stopped = stopSignal(process);
  const names = placeOf(settings);
  const { dockerSocket, dockerTimeout, gateEngineSocket, gateReadSocket } = settings;
  const timeout = () => dockerTimeout;
  const engine = createDocker({ socketPath: gateEngineSocket, place: () => names, timeout, now: Date.now });
  const onRefused = (call: object) => logger.warn('refused', call);
  let away: string | undefined;
  const suspicion = createSuspicion({ answers: () => answers(gateEngineSocket), wait: sleep });
  const onAway = ({ message }: Error) => {
    suspicion.suspect();
    if (message !== away) logger.error('the engine does not answer', { socket: gateEngineSocket, message });
    away = message;
  };
  const open = (readOnly: boolean, socketPath: string) =>
    listen(createGate({ engineSocket: gateEngineSocket, engine, names, readOnly, onAway, onRefused }), {
      socketPath,
      mode: sharedMode,
    });
  await using held = new AsyncDisposableStack();
  held.use(await open(false, dockerSocket));
  if (gateReadSocket !== '') held.use(await open(true, gateReadSocket));
  logger.info('listening', { socket: dockerSocket, read_socket: gateReadSocket });
  const lost = suspicion.gone.then(() => 1);
  const code = await Promise.race([stopped.then(() => 0), lost]);
  if (code !== 0) logger.error('the socket is no longer the one of an engine: started again, it gets the new one', {});
  return code;
};
