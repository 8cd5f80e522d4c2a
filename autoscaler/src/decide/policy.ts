/** What the settings ask of the decision. Shares are fractions of 1, times are milliseconds. */
export type Policy = {
  min: number;
  max: number;
  target: number;
  tolerance: number;
  upWindow: number;
  downWindow: number;
  upStep: number;
  upPeriod: number;
  downStep: number;
  downPeriod: number;
  /** Share of time that tasks of this host waited for a CPU, above which nothing is taken away. */
  maxPressure: number;
  /** p95 at the edge in milliseconds, above which nothing is taken away. */
  maxP95: number;
  cpuReserve: number;
  memoryReserve: number;
  /** Connections of a shared store: all, kept for others, used by each replica. 0 a replica means no such budget. */
  connections: { total: number; reserve: number; perReplica: number };
};

/** A gauge of the host or the edge: `absent` is a machine without it, `unknown` a reading that failed. */
export type Gauge = { kind: 'value'; value: number } | { kind: 'absent' } | { kind: 'unknown' };

export type ReplicaView = {
  /** Whether it answers as ready: only such a replica's use says something about the load. */
  ready: boolean;
  /** 1 is all that its limits allow; null is a failed reading. */
  use: number | null;
};

/** All that the decision looks at. */
export type View = {
  replicas: readonly ReplicaView[];
  /** Each replica's limits; null where it has none, for then it bounds nothing. */
  limits: { cpus: number | null; memory: number | null };
  machine: { cpus: number; memory: number; memoryAvailable: Gauge };
  pressure: Gauge;
  p95: Gauge;
  override: Override;
};

/** What a person or a release under way has fixed. */
export type Override =
  | { kind: 'none' }
  | { kind: 'paused' }
  | { kind: 'releasing' }
  | { kind: 'no_template' }
  | { kind: 'pinned'; replicas: number };
