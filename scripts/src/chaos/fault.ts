import type { Told } from './told.ts';

/** What a drill does to the stack. */
export type Fault =
  /** The container ends without a chance to say goodbye, and stays away. */
  | { kind: 'kill'; service: string }
  /** It is there and does nothing any more. */
  | { kind: 'pause'; service: string }
  /** Its main process dies: the engine has to bring it back. */
  | { kind: 'crash'; service: string; process: string }
  /** One serving replica is killed or hangs; the autoscaler has to mend it. */
  | { kind: 'replica'; how: 'kill' | 'pause' }
  /** Every replica is killed, and nobody replaces them. */
  | { kind: 'replicas' }
  /** nginx reads its configuration again and again. */
  | { kind: 'reloads'; times: number; every: number }
  /** A file takes all the space that is left beside what a container keeps. */
  | { kind: 'fill'; service: string; file: string }
  /** So many times the traffic. */
  | { kind: 'traffic'; times: number };

/** A stack that was made for a drill: its folder, and the volume on a small disk. */
export type OwnStack = { folder: string; volume: string };

/** What puts a fault back; done twice it is the same as once. */
export type Undo =
  | { kind: 'start'; container: string }
  | { kind: 'unpause'; container: string }
  | ({ kind: 'resume-autoscaler' } & Told)
  | { kind: 'calm' }
  | { kind: 'revoke-key'; name: string }
  | { kind: 'empty'; container: string; file: string }
  | ({ kind: 'own-stack' } & OwnStack);

/** A container that a fault is aimed at. */
export type Aim = { id: string; name: string };

/** The autoscaler replaces a replica by itself, unless it is paused; one that answers nothing is no reason to break nothing. */
async function healedBy(told: () => Promise<Told>): Promise<Undo[]> {
  const before = await told().catch(() => undefined);
  return before?.paused ? [{ kind: 'resume-autoscaler', ...before }] : [];
}

/**
 * How to put a fault back, the last thing first; it is written down before the fault happens. `told` is asked
 * what the autoscaler has been told until now, by a fault that tells it something else.
 */
export async function undosOf(fault: Fault, aims: readonly Aim[], told: () => Promise<Told>): Promise<Undo[]> {
  const each = (kind: 'start' | 'unpause') => aims.map(({ id }): Undo => ({ kind, container: id }));
  switch (fault.kind) {
    case 'kill':
    case 'crash':
      return each('start');
    case 'pause':
      return each('unpause');
    case 'replica':
      return [...(fault.how === 'pause' ? each('unpause') : []), ...(await healedBy(told))];
    case 'replicas':
      return [{ kind: 'resume-autoscaler', ...(await told()) }];
    case 'reloads':
      return [];
    case 'fill':
      return aims.map(({ id }) => ({ kind: 'empty', container: id, file: fault.file }));
    case 'traffic':
      return [{ kind: 'calm' }];
  }
}

/** A fault in the words of a plan. */
export function describeFault(fault: Fault): string {
  switch (fault.kind) {
    case 'kill':
      return `kill ${fault.service} and keep it away`;
    case 'pause':
      return `pause ${fault.service}: it is there and answers nothing`;
    case 'crash':
      return `kill the main process of ${fault.service}; the engine brings it back`;
    case 'replica':
      return fault.how === 'kill' ? 'kill one serving replica' : 'pause one serving replica';
    case 'replicas':
      return 'pause the autoscaler and kill every replica';
    case 'reloads':
      return `reload nginx ${fault.times} times, every ${fault.every} ms`;
    case 'fill':
      return `fill the disk that ${fault.service} keeps its data on`;
    case 'traffic':
      return `${fault.times} times the traffic`;
  }
}

const describeTold = ({ paused, pinned }: Told): string =>
  `${pinned === null ? 'the load decides' : `${pinned} replicas`}${paused ? ', paused' : ''}`;

export function describeUndo(undo: Undo): string {
  switch (undo.kind) {
    case 'start':
      return `start ${undo.container.slice(0, 12)}`;
    case 'unpause':
      return `unpause ${undo.container.slice(0, 12)}`;
    case 'resume-autoscaler':
      return `tell the autoscaler what it was told before: ${describeTold(undo)}`;
    case 'calm':
      return 'usual traffic again';
    case 'revoke-key':
      return `revoke the key ${undo.name}`;
    case 'empty':
      return `give ${undo.container.slice(0, 12)} its disk back`;
    case 'own-stack':
      return `remove the stack of ${undo.folder}`;
  }
}
