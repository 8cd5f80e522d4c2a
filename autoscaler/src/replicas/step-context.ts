import type { Container, ContainerId, Template } from '../engine/engine.ts';
import type { Release } from '../release/release.ts';
import type { Marks } from './marks.ts';

/** What this tick knows that a step needs. */
export type StepContext = {
  release: Release | undefined;
  template: Template | undefined;
  marks: ReadonlyMap<string, Marks>;
  edge: Container | null;
  /** What the replica itself says it is answering; null where it does not say. */
  inFlight: (id: ContainerId) => number | null;
};

export const stepResults = ['done', 'waiting', 'taken', 'failed'] as const;
export type StepResult = { kind: (typeof stepResults)[number]; marks?: Partial<Marks>; cut?: number };
