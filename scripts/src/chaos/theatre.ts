import { createApi } from '../load/api.ts';
import { type BorrowedKey, borrowKey } from '../load/borrowed-key.ts';
import { type ClickCheck, checkClicks } from '../load/clicks.ts';
import { listRunning } from '../load/engine.ts';
import { type Prepared, prepare } from '../load/prepare.ts';
import { awaitClicks, readClicks } from '../load/recorded.ts';
import type { Tally } from './tally.ts';

type Deps = { target: string; adminKey: string; socketPath: string; project: string; print: (line: string) => void };

/** Links that drills follow, and the count of their clicks. */
export type Theatre = AsyncDisposable & {
  key: string;
  prefix: string;
  links: number;
  countReplicas(): Promise<number | undefined>;
  /** Clicks that each link has now: to be taken from those that it has in the end. */
  clicks(): Promise<Uint32Array>;
  /** Waits for the clicks of a tally, and says what differs. */
  check(tally: Tally, before: Uint32Array): Promise<ClickCheck>;
};

const links = 50;
const patience = 90_000;

/** Makes links of a run's own; disposing gives the key back. */
export async function openTheatre({ target, adminKey, socketPath, project, print }: Deps): Promise<Theatre> {
  const borrowed: BorrowedKey = await borrowKey(target, adminKey);
  const api = createApi({ target, key: borrowed.key, signal: AbortSignal.timeout(86_400_000) });
  const run = Math.floor(Date.now() / 1_000).toString(36);
  const prepared: Prepared = await prepare({ api, run, print }, { links, rows: links, users: 0 });
  const reading = { api, prepared, links };
  return {
    key: borrowed.key,
    prefix: prepared.prefix,
    links,
    async countReplicas() {
      const running = await listRunning({ socketPath, project }).catch(() => undefined);
      return running?.filter(({ service }) => service === 'app').length;
    },
    clicks: () => readClicks(reading),
    async check(tally, before) {
      const expected = { sure: tally.answered(), possible: tally.unknown() };
      return await awaitClicks({ ...reading, before, expected, patience }).catch(() => checkClicks(expected, []));
    },
    [Symbol.asyncDispose]: () => borrowed[Symbol.asyncDispose](),
  };
}
