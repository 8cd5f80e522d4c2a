import { randomInt } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { buildLoop } from '../../src/commands/loop.ts';
import { readSettings, type Settings } from '../../src/config.ts';
import { openIntent } from '../../src/control/intent.ts';
import { createDocker } from '../../src/engine/docker.ts';
import { noFigures } from '../../src/observe/figures.ts';
import { replaceFile } from '../../src/platform/replace-file.ts';
import { placeOf } from '../../src/policies.ts';
import type { Report } from '../../src/report.ts';
import { createContainers } from './fake-containers.ts';
import { startEngine } from './fake-engine.ts';
import { startNginx } from './fake-nginx.ts';
import { wellBehaved } from './fake-replica.ts';

/**
 * Times short enough for a test where they must pass, and long where they end a wait: on a busy machine nothing may be
 * given up that only is slow. A test of such an end sets its own.
 */
const quick = {
  AUTOSCALER_PROJECT: 'demo',
  AUTOSCALER_WARM_REQUESTS: '1',
  AUTOSCALER_TICK_MS: '200',
  AUTOSCALER_PROBE_TIMEOUT_MS: '5000',
  AUTOSCALER_UP_WINDOW_SECONDS: '0',
  AUTOSCALER_DOWN_WINDOW_SECONDS: '1',
  AUTOSCALER_UP_PERIOD_SECONDS: '1',
  AUTOSCALER_DOWN_PERIOD_SECONDS: '1',
  AUTOSCALER_BAKE_SECONDS: '1',
  AUTOSCALER_READY_TIMEOUT_SECONDS: '30',
  AUTOSCALER_DRAIN_TIMEOUT_SECONDS: '2',
  AUTOSCALER_STOP_TIMEOUT_SECONDS: '1',
  AUTOSCALER_PROOF_TIMEOUT_MS: '5000',
  AUTOSCALER_PRESSURE_PERCENT: '100',
  AUTOSCALER_FIGURES_PORT: '0',
  AUTOSCALER_METRICS_PORT: '0',
  AUTOSCALER_LOG_LEVEL: 'error',
};

export const settingsFrom = (env: Record<string, string>): Settings => {
  const result = readSettings({ ...quick, ...env }, () => '');
  if (result.kind === 'problems') throw new Error(result.problems.join('\n'));
  return result.settings;
};

/** A fake engine with a real control loop before it, in a directory of its own. */
export async function createWorld(env: Record<string, string> = {}) {
  const directory = await mkdtemp(`${tmpdir()}/autoscaler-`);
  const base = `127.${randomInt(1, 255)}.${randomInt(1, 255)}`;
  const own = {
    ...quick,
    AUTOSCALER_DOCKER_SOCKET: `${directory}/docker.sock`,
    AUTOSCALER_UPSTREAM_FILE: `${directory}/upstream.conf`,
    AUTOSCALER_GENERATION_URL: `http://${base}.200:8081/generation`,
    AUTOSCALER_CONTROL_SOCKET: `${directory}/control.sock`,
    AUTOSCALER_STATE_DIR: directory,
    ...env,
  };
  const settings = settingsFrom(own);
  const containers = createContainers({ project: 'demo', network: 'demo_default', port: settings.port, base });
  const nginx = await startNginx({ file: settings.upstreamFile, host: `${base}.200`, port: 8081 });
  const demand = { cpus: 0.7 };
  const engine = await startEngine({
    socketPath: settings.dockerSocket,
    containers,
    nginx: () => nginx,
    load: () => demand.cpus,
  });
  containers.images.set('sha256:one', wellBehaved);
  containers.edge();
  containers.template('sha256:one', 'h1');
  const stopping = new AbortController();
  const figures = noFigures();

  /** A scaler with an empty memory, as after `kill -9`. */
  const startScaler = async ({ engineTimeout = 60_000 } = {}) => {
    const docker = createDocker({
      socketPath: settings.dockerSocket,
      place: () => placeOf(settings),
      timeout: () => engineTimeout,
      now: Date.now,
    });
    const unreadable: string[] = [];
    const intent = await openIntent({
      path: `${directory}/intent.json`,
      replace: replaceFile,
      onUnreadable: (path) => unreadable.push(path),
    });
    const loop = buildLoop({ settings: () => settings, engine: docker, intent, figures, now: () => Date.now() });
    const tick = (): Promise<Report> => loop(stopping.signal);
    /** Ticks until a report shows what is waited for. */
    const until = async (shown: (report: Report) => boolean, limit = 60_000): Promise<Report> => {
      const end = Date.now() + limit;
      for (;;) {
        const report = await tick();
        if (shown(report)) return report;
        if (Date.now() > end) throw new Error(`not in time; last: ${describe(report)}`);
        await sleep(Math.min(report.next, 50));
      }
    };
    return { docker, intent, tick, until, unreadable };
  };

  return {
    env: own,
    settings,
    directory,
    containers,
    nginx,
    engine,
    demand,
    figures,
    startScaler,
    replicas: () => containers.of('app'),
    [Symbol.asyncDispose]: async () => {
      stopping.abort();
      await engine.close();
      await nginx.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

export type World = Awaited<ReturnType<typeof createWorld>>;

const describe = ({ decision, edge, edgeResult, replicas, steps }: Report): string =>
  JSON.stringify({
    decision,
    edge: edge.state,
    edgeResult,
    replicas: replicas.map(({ failure, name, state }) => `${name} ${state} ${failure ?? ''}`),
    steps: steps.map(({ error, result, step }) => `${step.kind} ${result.kind} ${error ?? ''}`),
  });

/** So many replicas serve, and nothing else is on its way. */
export const settled =
  (count: number) =>
  ({ replicas, edge }: Report): boolean =>
    replicas.length === count && replicas.every(({ state }) => state === 'serving') && edge.state === 'proven';
