import { type AlertLog, createAlertLog } from '../../src/chaos/alert-log.ts';
import type { Undo } from '../../src/chaos/fault.ts';
import type { Mail } from '../../src/chaos/mail.ts';
import type { runDrill } from '../../src/chaos/run-drill.ts';
import type { Second } from '../../src/chaos/tally.ts';
import { healthy } from '../support.ts';

type Deps = Parameters<typeof runDrill>[0];

/** Looks at a moment, in seconds since the beginning, what is then; it may change the world. */
export type Course = (second: number, world: World) => void;
export type World = {
  deps: Deps;
  /** What was done, in order. */
  done: string[];
  alerts: AlertLog;
  mails: Mail[];
  /** Whether the fault is there, and what a second of traffic is like with it. */
  broken: boolean;
  interrupt(): void;
};

export const calm: Second = { sent: 100, open: 0, failed: 0, refused: 0, p95: 5 };

function createPaper() {
  let undos: readonly Undo[] = [];
  return {
    read: async () => [...undos],
    add: async (more: readonly Undo[]) => {
      undos = [...more, ...undos];
    },
    clear: async () => {
      undos = [];
    },
  };
}

/** A stack and its watchers in a world whose time passes only when somebody rests; each quarter of a second is looked at. */
export function createWorld(course: Course, trafficOf: (broken: boolean) => Second = () => calm): World {
  const seconds = new Map<number, Second>();
  const interrupt = new AbortController();
  const journal = createPaper();
  let now = 0;
  const rest = async (milliseconds: number) => {
    now += milliseconds;
    const second = Math.floor(now / 1_000);
    if (!seconds.has(second)) seconds.set(second, trafficOf(world.broken));
    course(now / 1_000, world);
  };
  const note = (what: string) => void world.done.push(`${Math.round(now / 1_000)} ${what}`);
  const world: World = {
    done: [],
    alerts: createAlertLog(),
    mails: [],
    broken: false,
    interrupt: () => interrupt.abort(),
    deps: {
      aim: async () => [{ id: 'a', name: 'cache-1' }],
      autoscaler: { status: async () => healthy },
      clock: { now: () => now, rest },
      countReplicas: async () => 2,
      feeling: {
        snapshot: async () => ({ containers: new Map(), pace: { rate: 100, p95: 5 } }),
        felt: async () => world.broken,
      },
      inbox: undefined,
      chat: undefined,
      injector: {
        inject: async (fault) => {
          note(`inject ${fault.kind}; ${(await journal.read()).length} written down`);
          world.broken = true;
        },
        revert: async (undo) => {
          note(`revert ${undo.kind}`);
          world.broken = false;
        },
      },
      journal,
      print: () => {},
      signal: interrupt.signal,
      stage: {
        start: 0,
        tally: {
          begin: () => {},
          add: () => {},
          answered: () => new Uint32Array(),
          unknown: () => new Uint32Array(),
          failures: () => [],
          seconds: () => seconds,
        },
        traffic: { times: () => {}, ended: Promise.resolve() },
        alertLog: createAlertLog(),
        moments: [],
        pace: () => ({ rate: 100, p95: 5 }),
        say: () => {},
        [Symbol.asyncDispose]: async () => {},
      },
      told: async () => ({ paused: false, pinned: null }),
      tolerated: ['Watchdog'],
      watched: false,
    },
  };
  world.deps.inbox = { mails: world.mails, [Symbol.asyncDispose]: async () => {} };
  world.deps.stage = { ...world.deps.stage, alertLog: world.alerts };
  return world;
}
