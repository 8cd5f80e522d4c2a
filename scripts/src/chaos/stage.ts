import type { Service } from '../load/service.ts';
import { type AlertLog, createAlertLog, type Seen } from './alert-log.ts';
import type { Inbox } from './inbox.ts';
import { type Pace, paceOf } from './pace.ts';
import { createTally, type Second, type Tally } from './tally.ts';
import { startTraffic, type Traffic } from './traffic.ts';

/** A moment of a drill as it is shown and drawn. */
export type Moment = { seconds: number; replicas: number; firing: number };

type Deps = {
  service: Service;
  key: string;
  prefix: string;
  links: number;
  rate: number;
  /** Absent where nobody watches. */
  alerts: (() => Promise<Seen[] | undefined>) | undefined;
  inbox: Inbox | undefined;
  countReplicas: () => Promise<number | undefined>;
  print: (line: string) => void;
};

/** Traffic and everybody who watches it, from before a fault until after its cure. */
export type Stage = AsyncDisposable & {
  readonly start: number;
  readonly tally: Tally;
  readonly traffic: Traffic;
  readonly alertLog: AlertLog;
  readonly moments: readonly Moment[];
  /** Of the last whole seconds. */
  pace(): Pace;
  /** Shown in each line of progress. */
  say(phase: string): void;
};

const every = 1_000;
const shownEvery = 2;
const paceSeconds = 3;
const mostMoments = 100_000;

const clock = (seconds: number): string =>
  `${String(Math.floor(seconds / 60)).padStart(2, '0')}:${String(seconds % 60).padStart(2, '0')}`;

const lineOf = ({ sent, failed, refused, p95 }: Second): string =>
  `${String(sent).padStart(5)}/s  ${String(failed + refused).padStart(4)} failed  p95 ${p95.toFixed(0).padStart(4)} ms`;

/** Opens the stage; disposing ends the traffic when its last request is answered. */
export function openStage(deps: Deps): Stage {
  const { alerts, countReplicas, links, print } = deps;
  const start = Date.now();
  const ended = new AbortController();
  const tally = createTally({ links, start });
  const traffic = startTraffic({ ...deps, tally, signal: ended.signal });
  const alertLog = createAlertLog();
  const moments: Moment[] = [];
  let phase = '';
  let looking = false;
  async function look(): Promise<void> {
    if (looking) return;
    looking = true;
    const [replicas, seen] = await Promise.all([countReplicas(), alerts?.()]).finally(() => {
      looking = false;
    });
    if (seen) alertLog.look(Date.now(), seen);
    const seconds = Math.floor((Date.now() - start) / 1_000);
    const firing = alertLog.firing();
    if (moments.length < mostMoments) moments.push({ seconds, replicas: replicas ?? 0, firing: firing.length });
    const last = tally.seconds().get(seconds - 1);
    if (seconds % shownEvery > 0 || !last) return;
    print(
      `${clock(seconds)}  ${phase.padEnd(10)} ${lineOf(last)}  ${replicas ?? '?'} replicas  ${firing.join(' ')}`.trimEnd(),
    );
  }
  const timer = setInterval(() => void look().catch(() => {}), every);
  return {
    start,
    tally,
    traffic,
    alertLog,
    moments,
    pace: () => {
      const now = Math.floor((Date.now() - start) / 1_000);
      return paceOf(tally.seconds(), now - paceSeconds, now);
    },
    say: (words) => {
      phase = words;
    },
    [Symbol.asyncDispose]: async () => {
      clearInterval(timer);
      ended.abort();
      await traffic.ended;
    },
  };
}
