import { z } from 'zod';
import { setting } from './config-row.ts';
import { stackTable } from './config-stack.ts';
import {
  decimal,
  folderOrEmpty,
  integer,
  megabytes,
  name,
  nameOrEmpty,
  path,
  paths,
  seconds,
  share,
} from './config-values.ts';

/** Whose replicas they are, and when there shall be more or fewer of them. */
const scalingTable = {
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
  socketFolder: setting(
    'SOCKET_FOLDER',
    folderOrEmpty,
    '',
    'Folder, mounted here as in the edge, in which replicas offer unix sockets named after their host; the edge sends requests there rather than to the port. Empty means none.',
  ),
  readyPath: setting('READY_PATH', path, '/health/ready', 'Page that answers 2xx when a replica may take traffic.'),
  warmPaths: setting(
    'WARM_PATHS',
    paths,
    '/health',
    'Pages asked before the first user; a 5xx other than 503 keeps a replica out.',
  ),
  warmRequests: setting('WARM_REQUESTS', integer(0, 1_000), '20', 'Requests to each of them.'),
  min: setting('MIN', integer(1, 100), '2', 'Fewest replicas.'),
  max: setting('MAX', integer(1, 100), '5', 'Most replicas; the machine may carry fewer.'),
  target: setting('TARGET_PERCENT', share(95), '60', 'Use of a replica that is aimed at.', '%'),
  tolerance: setting('TOLERANCE_PERCENT', share(50), '10', 'Distance from the target that changes nothing.', '%'),
  tick: setting('TICK_MS', integer(200, 60_000), '2000', 'Time between two looks while nothing moves.', 'ms'),
  upWindow: setting('UP_WINDOW_SECONDS', seconds(0, 3_600), '3', 'Load must ask for more this long.', 's'),
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
    'CPU pressure of the host above which none is taken away, and none is added for event-loop lag or requests in flight.',
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
};

/** Every setting: the environment's names, defaults, units and meanings. */
export const table = { ...scalingTable, ...stackTable };
