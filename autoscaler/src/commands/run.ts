import { mkdir } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { type IntentStore, openIntent } from '../control/intent.ts';
import type { Intent } from '../control/intent-record.ts';
import { createPages } from '../control/pages.ts';
import { createControl } from '../control/server.ts';
import { type Remembered, rememberDecision, statusView } from '../control/status.ts';
import { createDocker } from '../engine/docker.ts';
import { type Engine, EngineError } from '../engine/engine.ts';
import { createMetrics, type Metrics } from '../metrics.ts';
import { createContainerLook } from '../observe/containers.ts';
import type { EdgeRequest } from '../observe/edge-line.ts';
import { countEdgeRequest } from '../observe/edge-tally.ts';
import { createFiguresSocket } from '../observe/figures-socket.ts';
import { type Alarm, createAlarm } from '../platform/alarm.ts';
import { every } from '../platform/every.ts';
import { answers, listen } from '../platform/listen.ts';
import { createLogger, type Logger, toggleDebug } from '../platform/logger.ts';
import { replaceFile } from '../platform/replace-file.ts';
import { stopSignal } from '../platform/signal.ts';
import { placeOf } from '../policies.ts';
import { createPublish, type Publish } from '../publish.ts';
import { createStartRelease } from '../release/start.ts';
import type { Report } from '../report.ts';
import type { Command } from './command.ts';
import { buildLoop } from './loop.ts';
import { createLiveSettings, type LiveSettings } from './settings.ts';

const now = (): number => Date.now();
/** Whoever runs in the container, or shares the socket's volume with the same group. */
const controlMode = 0o660;
const everywhere = '0.0.0.0';
/** Without a tick for this long, the process is stuck. */
const stuckAfter = 20_000;
const standbyPause = 1_000;
/** How soon the use of containers is read again after the engine gave no list. */
const containersAgain = 10_000;

/** What the status is made from. */
type Shown = { report: Report | undefined; decisions: readonly Remembered[]; lastTick: number };

/** Waits until no other autoscaler holds the control socket: two of them would undo each other's work. */
async function waitForTurn(socketPath: string, publish: Publish, shown: Shown, signal: AbortSignal): Promise<void> {
  while (!signal.aborted && (await answers(socketPath))) {
    publish.blind('standby');
    shown.lastTick = now();
    await sleep(standbyPause, undefined, { signal }).catch(() => {});
  }
}

type Told = { settings: LiveSettings['current']; engine: Engine; intent: IntentStore; logger: Logger; alarm: Alarm };

/** The control API; whatever a person asks for is logged, and what came of it, and the next look comes at once. */
function controlFor({ alarm, engine, intent, logger, settings }: Told, shown: Shown) {
  const begin = createStartRelease({ engine, intent, now });
  const change = async (verb: string, wish: Partial<Intent>) => {
    logger.info('told', { verb, ...wish });
    await intent.update((before) => ({ ...before, ...wish }));
    alarm.ring();
  };
  return createControl({
    status: () => statusView(shown.report, shown.decisions, intent.current()),
    pause: () => change('pause', { paused: true }),
    pin: (pinned) => change('pin', { pinned }),
    resume: () => change('resume', { paused: false, pinned: null }),
    release: async (request, signal) => {
      const answer = await begin(request, signal);
      logger.info('told', { verb: 'release', ...request, ...answer });
      alarm.ring();
      return answer;
    },
    range: () => ({ min: settings().min, max: settings().max }),
  });
}

/** One tick and what is told of it; answers the milliseconds until the next. */
function tickWith(loop: (signal: AbortSignal) => Promise<Report>, publish: Publish, shown: Shown) {
  return async (signal: AbortSignal): Promise<number> => {
    try {
      const report = await loop(signal);
      publish.report(report);
      shown.report = report;
      shown.decisions = rememberDecision(shown.decisions, report);
      return report.next;
    } finally {
      shown.lastTick = now();
    }
  };
}

const pagesFor = (settings: LiveSettings['current'], { registry }: Metrics, shown: Shown) =>
  createPages({
    metrics: async () => ({ type: registry.contentType, text: await registry.metrics() }),
    idle: () => now() - shown.lastTick,
    patience: () => stuckAfter + settings().tick,
  });

async function openState(stateDir: string, logger: Logger): Promise<IntentStore> {
  await mkdir(stateDir, { recursive: true });
  return await openIntent({
    path: `${stateDir}/intent.json`,
    replace: replaceFile,
    onUnreadable: (path) => logger.error('the intent file cannot be read and is set aside', { path }),
  });
}

/** Exports what all containers use. Where that cannot be read there are no series: the loop itself says why. */
const watchContainers = (engine: Engine, { containers }: Metrics, signal: AbortSignal): Promise<void> =>
  every(createContainerLook(engine, containers.tell), {
    signal,
    delayAfterError: containersAgain,
    onError: () => containers.tell([]),
  });

/** Everything from the first open port to the last tick; what was opened is closed in reverse. */
async function serve(settings: LiveSettings['current'], logger: Logger, signal: AbortSignal): Promise<void> {
  await using held = new AsyncDisposableStack();
  const { controlSocket, dockerSocket, figuresPort, metricsPort, mode, stateDir, tick } = settings();
  const metrics = createMetrics();
  const shown: Shown = { report: undefined, decisions: [], lastTick: now() };
  const publish = createPublish({ metrics, logger });
  // Who has just begun is not stuck: until its first tick ends, that counts as one.
  metrics.lastTick.set(shown.lastTick / 1_000);
  const timeout = () => settings().dockerTimeout;
  const engine = createDocker({ socketPath: dockerSocket, place: () => placeOf(settings()), timeout, now });
  const pages = pagesFor(settings, metrics, shown);
  const { port } = held.use(await listen(pages, { host: everywhere, port: metricsPort }));
  const count = (request: EdgeRequest) => countEdgeRequest(metrics.edge, request);
  const figures = held.use(await createFiguresSocket({ host: everywhere, port: figuresPort, now, count }));
  logger.info('listening', { metrics_port: port, figures_port: figures.port, mode });
  await waitForTurn(controlSocket, publish, shown, signal);
  if (signal.aborted) return;
  // Only now: what another autoscaler was told until it ended is in the file.
  const intent = await openState(stateDir, logger);
  const alarm = createAlarm();
  const control = controlFor({ settings, engine, intent, logger, alarm }, shown);
  held.use(await listen(control, { socketPath: controlSocket, mode: controlMode }));
  const loop = buildLoop({ settings, engine, intent, figures: figures.figures, now });
  const onError = (error: unknown) =>
    publish.blind(error instanceof EngineError ? 'engine_unreachable' : 'tick_failed', error as Error);
  await Promise.all([
    every(tickWith(loop, publish, shown), { signal, delayAfterError: tick, onError, alarm }),
    watchContainers(engine, metrics, signal),
  ]);
}

/** `run`: the autoscaler itself, until SIGTERM. SIGUSR2 switches debug lines on and off. It leaves replicas and upstream as they are; the next one carries on. */
export const run: Command = async ({ env, process }) => {
  const live = createLiveSettings({ env, onReload: (problems) => tell(problems) });
  const logger = createLogger(live.current().logLevel, 'autoscaler');
  const tell = (problems: readonly string[]) => {
    logger.level = live.current().logLevel;
    logger.log(problems.length === 0 ? 'info' : 'error', 'settings read again', { problems });
  };
  process.on('SIGHUP', live.reload);
  process.on('SIGUSR2', () => toggleDebug(logger, live.current().logLevel));
  const stopping = new AbortController();
  const stopped = stopSignal(process).then(() => stopping.abort());
  await serve(live.current, logger, stopping.signal);
  await stopped;
  logger.info('stopped', {});
  return 0;
};
