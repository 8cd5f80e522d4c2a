import { type Finding, findMissing } from '../machine/requirements.ts';
import { findObstacles } from './preflight.ts';

/** What a server says of itself before anything is built or sent. */
export type Hello = {
  versions: string;
  /** Which deployment is under way, and since when. */
  holder: string | undefined;
  /** What it lacks already now; the preflight looks again, and at more. */
  findings: Finding[];
};

/** Reads it. What it does not say, as one that was set up before, is left to the preflight. */
export function readHello(text: string): Hello {
  const lines = text.split('\n').filter((line) => line !== '');
  const facts = new Map(lines.map((line) => [line.split(' ', 1)[0] ?? '', line.slice(line.indexOf(' ') + 1)]));
  const bytes = (name: string) => Number(facts.get(name) || Number.POSITIVE_INFINITY);
  const diskFree = bytes('disk');
  const [engine, compose] = ['engine', 'compose'].map((name) => facts.get(name) || undefined);
  const machine = { engine, engineError: 'the server does not know its version', compose, diskFree };
  const unknown = { clockAhead: undefined, autoscaler: true, rollout: undefined, paused: false, busy: false };
  return {
    versions: ['engine', 'compose', 'platform'].map((name) => `${name} ${facts.get(name) || 'unknown'}`).join(', '),
    holder: facts.get('held'),
    findings: [
      ...findMissing({ ...machine, memory: Number.POSITIVE_INFINITY, taken: [] }),
      ...findObstacles({ ...unknown, memoryAvailable: bytes('memory') }),
    ],
  };
}
