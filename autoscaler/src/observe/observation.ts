import type { Container, Template } from '../engine/engine.ts';
import type { CpuUse } from './usage.ts';

/** A value that was read, or the knowledge that it was not: why, and since when nothing is known. Never a stand-in number. */
export type Reading<T> = { kind: 'known'; value: T; at: number } | { kind: 'unknown'; why: string; since: number };

export const known = <T>(value: T, at: number): Reading<T> => ({ kind: 'known', value, at });

/** What a failed reading becomes: unknown since the last time that something was known. */
export const unknownAfter = <T>(last: Reading<T> | undefined, why: string, now: number): Reading<T> => ({
  kind: 'unknown',
  why,
  since: last === undefined ? now : last.kind === 'known' ? last.at : last.since,
});

/** A replica's answer to the probe of its ready page. Any HTTP answer shows that it lives; only 2xx that it is ready. */
export type ReadyPage = {
  status: number;
  ready: boolean;
  inFlight: number | null;
  lag: number | null;
  version: string | null;
};

/** `address`: as it stands in the upstream. `answers`: its probe was answered, or the edge had an answer from it for somebody else meanwhile. */
export type ObservedReplica = {
  container: Container;
  address: string | null;
  page: Reading<ReadyPage>;
  use: Reading<CpuUse>;
  answers: boolean;
};

/** `absent` is a kernel or a setup that does not have this figure; that is no failure. */
export type HostFigure = Reading<number> | { kind: 'absent' };

export type Host = { cpus: number; memory: number; memoryAvailable: HostFigure; pressure: HostFigure };

export type Edge = { container: Container | null };

/** Everything that one tick knows about the world. */
export type Observation = {
  at: number;
  replicas: readonly ObservedReplica[];
  /** Newest first. */
  templates: readonly Template[];
  edge: Edge;
  host: Host;
};
