import { z } from 'zod';

/** Microseconds of CPU by service. */
const micros = z.object({
  nginx: z.number(),
  app: z.number(),
  postgres: z.number(),
  cache: z.number(),
  queue: z.number(),
});
export type Micros = z.output<typeof micros>;
export const services = ['nginx', 'app', 'postgres', 'cache', 'queue'] as const;

const measured = z.object({ command: z.string(), commit: z.string(), machine: z.string() });
export type Measured = z.output<typeof measured>;

/** When a run began: two results of one moment are the same run. */
const run = measured.extend({ at: z.string() });

/** How a coefficient came about: by a command that yields it, or nobody has measured it yet. */
const assumed = z.literal('assumed');
const source = z.union([assumed, measured]);
export type Source = z.output<typeof source>;

/** A machine that can be rented: memory in MiB, disk in GB (10⁹), transfer in TB (10¹²) a month. */
const machine = z.object({
  name: z.string(),
  cores: z.number(),
  memoryMb: z.number(),
  diskGb: z.number(),
  transferTb: z.number(),
  dollars: z.number(),
});
export type RentedMachine = z.output<typeof machine>;

/** Everything that a plan is worked out from; each coefficient says how it was measured. */
export const coefficients = z.object({
  cpu: z.object({
    sources: z.object({
      hit: source,
      miss: source,
      create: source,
      idle: source,
      monitoring: source,
      usable: z.union([assumed, run]),
    }),
    /** A redirect whose link the replica knows, its click included until it is in Postgres; what one adds that it does not know. */
    hit: micros,
    miss: micros,
    create: micros,
    /** CPUs of everything that runs at rest. */
    idle: z.number(),
    /** CPUs of monitoring, at rest, in each profile that has some. */
    monitoring: z.object({ observability: z.number(), full: z.number() }),
    /** Share of all CPUs that may be in use before users feel it. */
    usable: z.number().positive().max(1),
  }),
  memory: z.object({
    sources: z.object({ fixed: source, system: source, replica: source }),
    /** MiB of everything but replicas at most, and of the system and the engine; a replica under load. */
    fixed: z.number(),
    system: z.number(),
    replica: z.number(),
  }),
  disk: z.object({
    sources: z.object({
      ...{ click: source, linkDay: source, url: source },
      ...{ system: source, wal: source, logs: source, backupShare: source },
    }),
    /** Bytes with indexes: a click's event, what a link with clicks keeps for a day, a url. */
    click: z.number(),
    linkDay: z.number(),
    url: z.number(),
    /** GiB of system and images, of write-ahead log, of logs. */
    system: z.number(),
    wal: z.number(),
    logs: z.number(),
    /** Share of the database that a full backup takes in the repository, with what has changed and its log until the next. */
    backupShare: z.number(),
  }),
  network: z.object({
    sources: z.object({ redirect: source }),
    /** Bytes that leave for a redirect, with its share of connections. */ redirect: z.number(),
  }),
  replica: z.object({
    cpus: z.number(),
    targetShare: z.number(),
    connections: z.number(),
    fewest: z.number(),
  }),
  connections: z.object({ most: z.number(), reserve: z.number() }),
  /** What bounds the stack as it comes: replicas (AUTOSCALER_MAX), CPUs of containers, full backups (BACKUP_KEEP). */
  bounds: z.object({
    replicas: z.number(),
    nginxCpus: z.number(),
    postgresCpus: z.number(),
    backupsKept: z.number(),
  }),
  /** A measured climb, and what k6 took of the same machine for a request; absent until there was one. */
  breakpoint: z
    .object({
      source: run,
      perSecond: z.number(),
      cores: z.number(),
      hitRatio: z.number(),
      generatorMicros: z.number(),
    })
    .optional(),
  machines: z.object({ note: z.string(), list: z.array(machine) }),
});
export type Coefficients = z.output<typeof coefficients>;
