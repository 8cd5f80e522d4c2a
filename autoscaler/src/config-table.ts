import { z } from 'zod';
import {
  decimal,
  httpUrl,
  integer,
  megabytes,
  name,
  nameOrEmpty,
  nginxWords,
  path,
  pathOrEmpty,
  paths,
  seconds,
  share,
  template,
} from './config-values.ts';
import { defaultTemplate } from './edge/upstream.ts';

/** One row of the environment table: the setting's real name, what it may be, its default and what it means. */
export type Setting<S extends z.ZodType> = {
  name: string;
  schema: S;
  fallback: string;
  meaning: string;
  unit: string;
};

const setting = <S extends z.ZodType>(
  name: string,
  schema: S,
  fallback: string,
  meaning: string,
  unit = '',
): Setting<S> => ({ name: `AUTOSCALER_${name}`, schema, fallback, meaning, unit });

export const table = {
  mode: setting(
    'MODE',
    z.enum(['act', 'observe']).describe('act or observe'),
    'act',
    '`observe` decides, logs and exports, and changes nothing.',
  ),
  project: setting('PROJECT', name, '', 'Compose project. Required.'),
  service: setting('SERVICE', name, 'app', 'Compose service whose replicas are owned.'),
  templateService: setting(
    'TEMPLATE_SERVICE',
    nameOrEmpty,
    '',
    'Service whose never-started containers replicas are copied from. Empty means SERVICE with `-template` at its end.',
  ),
  network: setting(
    'NETWORK',
    nameOrEmpty,
    '',
    'Network on which the edge reaches replicas, with or without the project before it. Empty means their only one.',
  ),
  port: setting('REPLICA_PORT', integer(1, 65_535), '8080', 'Port that a replica listens on.'),
  readyPath: setting('READY_PATH', path, '/health/ready', 'Page that answers 2xx when a replica may take traffic.'),
  warmPaths: setting('WARM_PATHS', paths, '/health', 'Pages asked before the first user; a 5xx keeps a replica out.'),
  warmRequests: setting('WARM_REQUESTS', integer(0, 1_000), '20', 'Requests to each of them.'),
  min: setting('MIN', integer(1, 100), '2', 'Fewest replicas.'),
  max: setting('MAX', integer(1, 100), '5', 'Most replicas; the machine may carry fewer.'),
  target: setting('TARGET_PERCENT', share(95), '60', 'Use of a replica that is aimed at.', '%'),
  tolerance: setting('TOLERANCE_PERCENT', share(50), '10', 'Distance from the target that changes nothing.', '%'),
  tick: setting('TICK_MS', integer(200, 60_000), '2000', 'Time between two looks while nothing moves.', 'ms'),
  upWindow: setting('UP_WINDOW_SECONDS', seconds(0, 3_600), '4', 'Load must ask for more this long.', 's'),
  downWindow: setting('DOWN_WINDOW_SECONDS', seconds(0, 3_600), '60', 'Load must ask for fewer this long.', 's'),
  upStep: setting('UP_STEP', integer(1, 100), '2', 'Replicas that may be added in UP_PERIOD_SECONDS.'),
  upPeriod: setting('UP_PERIOD_SECONDS', seconds(1, 3_600), '5', 'Period of UP_STEP.', 's'),
  downStep: setting('DOWN_STEP', integer(1, 100), '1', 'Replicas that may be taken away in DOWN_PERIOD_SECONDS.'),
  downPeriod: setting('DOWN_PERIOD_SECONDS', seconds(1, 3_600), '20', 'Period of DOWN_STEP.', 's'),
  inFlightMax: setting(
    'IN_FLIGHT_PER_REPLICA',
    integer(0, 1_000_000),
    '0',
    'Requests in flight that are 100 % use; 0 ignores them.',
  ),
  lagMax: setting('LAG_MS', integer(0, 60_000), '200', 'Event-loop lag that is 100 % use; 0 ignores it.', 'ms'),
  maxPressure: setting(
    'PRESSURE_PERCENT',
    share(100),
    '60',
    'CPU pressure of the host above which none is taken away.',
    '%',
  ),
  maxP95: setting(
    'P95_MS',
    integer(1, 600_000),
    '500',
    'p95 at the edge above which none is taken away; a release above it is slow.',
    'ms',
  ),
  cpuReserve: setting('CPU_RESERVE', decimal(0, 1_024), '0', 'CPUs of the machine that are not for replicas.', 'CPUs'),
  memoryReserve: setting('MEMORY_RESERVE_MB', megabytes, '0', 'Memory of the machine that is not for replicas.', 'MiB'),
  connections: setting(
    'CONNECTIONS',
    integer(0, 1_000_000),
    '0',
    'Connections that a store shared by all replicas accepts.',
  ),
  connectionsReserve: setting('CONNECTIONS_RESERVE', integer(0, 1_000_000), '0', 'Those of them kept for others.'),
  connectionsPerReplica: setting(
    'CONNECTIONS_PER_REPLICA',
    integer(0, 100_000),
    '0',
    'Those that each replica may open; 0 means no such budget.',
  ),
  probeTimeout: setting(
    'PROBE_TIMEOUT_MS',
    integer(50, 60_000),
    '800',
    'Longest wait for one answer of a replica.',
    'ms',
  ),
  probeFailures: setting(
    'PROBE_FAILURES',
    integer(1, 100),
    '2',
    'Unanswered probes in a row after which a replica hangs.',
  ),
  readyTimeout: setting('READY_TIMEOUT_SECONDS', seconds(1, 3_600), '30', 'Longest time from start to ready.', 's'),
  drainTimeout: setting(
    'DRAIN_TIMEOUT_SECONDS',
    seconds(1, 3_600),
    '15',
    'Longest wait for requests in flight before SIGTERM.',
    's',
  ),
  stopTimeout: setting('STOP_TIMEOUT_SECONDS', seconds(1, 3_600), '25', 'Longest wait from SIGTERM to SIGKILL.', 's'),
  edgeService: setting('EDGE_SERVICE', name, 'nginx', 'Compose service of nginx.'),
  generationUrl: setting(
    'GENERATION_URL',
    httpUrl,
    'http://nginx:8081/upstream-generation',
    'Where the running nginx answers the generation it has read.',
  ),
  upstreamFile: setting(
    'UPSTREAM_FILE',
    path,
    '/upstream/upstream.conf',
    'The generated file, in a directory that nginx mounts too.',
  ),
  upstreamName: setting('UPSTREAM_NAME', name, 'app', 'Name of the upstream in nginx.'),
  upstreamTemplate: setting('UPSTREAM_TEMPLATE', template, defaultTemplate, 'Text of the generated file.'),
  serverParameters: setting(
    'SERVER_PARAMETERS',
    nginxWords,
    'max_fails=3 fail_timeout=2s',
    'Parameters of each server line.',
  ),
  proofTimeout: setting(
    'PROOF_TIMEOUT_MS',
    integer(100, 60_000),
    '3000',
    'Longest wait until nginx answers a new generation.',
    'ms',
  ),
  figuresPort: setting(
    'FIGURES_PORT',
    integer(0, 65_535),
    '5514',
    "UDP port for nginx's request figures; 0 takes a free one.",
  ),
  bake: setting(
    'BAKE_SECONDS',
    seconds(0, 86_400),
    '25',
    'How long a new release is watched from its first replica on.',
    's',
  ),
  bakeErrors: setting(
    'BAKE_ERROR_PERCENT',
    share(100),
    '1',
    'Share of 5xx of new replicas above which a release goes back.',
    '%',
  ),
  releaseTimeout: setting('RELEASE_TIMEOUT_SECONDS', seconds(10, 86_400), '300', 'Longest time of a release.', 's'),
  dockerSocket: setting(
    'DOCKER_SOCKET',
    path,
    '/run/gate/docker.sock',
    'Docker Engine as the autoscaler sees it: the socket that `gate` makes.',
  ),
  dockerTimeout: setting(
    'DOCKER_TIMEOUT_MS',
    integer(100, 600_000),
    '5000',
    'Longest wait for one answer of it.',
    'ms',
  ),
  gateEngineSocket: setting(
    'GATE_ENGINE_SOCKET',
    path,
    '/var/run/docker.sock',
    'The real Docker socket; only `gate` has it.',
  ),
  gateReadSocket: setting(
    'GATE_READ_SOCKET',
    pathOrEmpty,
    '',
    'A second socket of `gate` for those who only look. Empty means none.',
  ),
  controlSocket: setting('CONTROL_SOCKET', path, '/run/autoscaler/control.sock', 'Unix socket of the control API.'),
  stateDir: setting(
    'STATE_DIR',
    path,
    '/var/lib/autoscaler',
    'Directory of the intent file; must outlive the container.',
  ),
  metricsPort: setting('METRICS_PORT', integer(0, 65_535), '9100', 'Port of /metrics and /health.'),
  proc: setting('PROC', path, '/proc', "Where the host's pressure and memory are read."),
  logLevel: setting(
    'LOG_LEVEL',
    z.enum(['error', 'warn', 'info', 'debug']).describe('error, warn, info or debug'),
    'info',
    'Least severe level that is logged.',
  ),
};
