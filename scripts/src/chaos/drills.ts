import type { Fault } from './fault.ts';

/** A fault that people can look at, and the seconds for which it lasts at least. */
export type Drill = { name: string; title: string; faults: readonly Fault[]; seconds: number };

const drill = (name: string, title: string, seconds: number, ...faults: Fault[]): Drill => ({
  name,
  title,
  faults,
  seconds,
});

/** Every drill of a stack that goes on serving. What each of them may cost is data: chaos/expectations.json. */
export const drills: readonly Drill[] = [
  drill('service-down', 'Every replica is gone', 25, { kind: 'replicas' }),
  drill(
    'redis-down',
    'Cache and queue are gone',
    25,
    { kind: 'kill', service: 'cache' },
    { kind: 'kill', service: 'queue' },
  ),
  drill(
    'redis-hang',
    'Cache and queue hang',
    25,
    { kind: 'pause', service: 'cache' },
    { kind: 'pause', service: 'queue' },
  ),
  drill('postgres-down', 'Postgres is gone', 25, { kind: 'kill', service: 'postgres' }),
  drill('postgres-hang', 'Postgres hangs', 25, { kind: 'pause', service: 'postgres' }),
  drill('replica-kill', 'A replica is killed', 5, { kind: 'replica', how: 'kill' }),
  drill('replica-hang', 'A replica hangs', 5, { kind: 'replica', how: 'pause' }),
  drill('nginx-crash', 'The edge crashes', 5, { kind: 'crash', service: 'nginx', process: '/run/nginx.pid' }),
  drill('nginx-reload-storm', 'The edge is reloaded over and over', 12, { kind: 'reloads', times: 20, every: 500 }),
  drill('autoscaler-kill', 'The autoscaler is gone', 25, { kind: 'kill', service: 'autoscaler' }),
  drill('spike', 'Far more traffic', 45, { kind: 'traffic', times: 12 }),
];

/** Drills that would harm more than a stack: each gets one of its own, on a small disk, which is thrown away. */
export const apartDrills: readonly Drill[] = [
  drill('disk-full', "Postgres' disk is full", 25, {
    kind: 'fill',
    service: 'postgres',
    file: '/var/lib/postgresql/data/drill-fill',
  }),
];
