import { beginHistory, type History } from './decide/decide.ts';
import type { Observation } from './observe/observation.ts';
import { recentFailures } from './replicas/backoff.ts';
import { describeReplica, type LifePolicy, type Rotation } from './replicas/describe.ts';
import { type Marks, observeMarks } from './replicas/marks.ts';
import { type Failure, isLive, mayMove, type Replica, type ReplicaState } from './replicas/replica.ts';

/** What one process remembers between ticks. Losing it (a restart) costs time, never correctness. */
export type Memory = {
  history: History | undefined;
  marks: ReadonlyMap<string, Marks>;
  states: ReadonlyMap<string, ReplicaState>;
  /** When new replicas failed. */
  failures: readonly number[];
};

export const emptyMemory: Memory = { history: undefined, marks: new Map(), states: new Map(), failures: [] };

export type Move = { replica: Replica; from: ReplicaState | undefined; expected: boolean };

/** A replica that fails so soon after it began to serve counts as one that never worked. */
const young = 60_000;

const isYoung = (marks: Marks | undefined, now: number): boolean =>
  marks?.servingSince === null || (marks !== undefined && now - (marks.servingSince ?? now) < young);

/** The replicas as they are now, each move since the last look, and the memory for the next one. */
export function recognise(
  memory: Memory,
  { replicas: seen, at }: Observation,
  rotation: Rotation,
  policy: LifePolicy,
  versionOf: (release: string | null) => string | null,
): { memory: Memory & { history: History }; replicas: Replica[]; moves: Move[] } {
  const observed = observeMarks(memory.marks, seen, at);
  const replicas = seen.flatMap((one) => {
    const marks = observed.get(one.container.id);
    return marks ? [describeReplica(one, marks, rotation, policy, versionOf(one.container.release), at)] : [];
  });
  const moves = replicas.flatMap((replica): Move[] => {
    const from = memory.states.get(replica.id);
    return from === replica.state
      ? []
      : [{ replica, from, expected: from === undefined || mayMove(from, replica.state) }];
  });
  const failed = moves.filter(({ replica }) => replica.state === 'failed' && isYoung(observed.get(replica.id), at));
  const marks = new Map(
    [...observed].map(([id, mark]): [string, Marks] => {
      const serves = replicas.some((replica) => replica.id === id && replica.state === 'serving');
      return [id, serves ? { ...mark, servingSince: mark.servingSince ?? at } : mark];
    }),
  );
  return {
    memory: {
      history: memory.history ?? beginHistory(replicas.filter(isLive).length, at),
      marks,
      states: new Map(replicas.map(({ id, state }) => [id, state])),
      failures: recentFailures([...memory.failures, ...failed.map(() => at)], at),
    },
    replicas,
    moves,
  };
}

/** The memory after a step left its mark on a replica. */
export const mark = (memory: Memory, id: string, change: Partial<Marks>): Memory => {
  const before = memory.marks.get(id);
  return before ? { ...memory, marks: new Map(memory.marks).set(id, { ...before, ...change }) } : memory;
};

export type FailureMove = { replica: Replica; failure: Failure };

/** The moves by which replicas failed. */
export const failuresIn = (moves: readonly Move[]): FailureMove[] =>
  moves.flatMap(({ replica }) =>
    replica.state === 'failed' && replica.failure !== null ? [{ replica, failure: replica.failure }] : [],
  );
