import { createApi } from '../load/api.ts';
import { type ClickCheck, checkClicks } from '../load/clicks.ts';
import { listRunning } from '../load/engine.ts';
import { type Prepared, prepare } from '../load/prepare.ts';
import { awaitClicks, readClicks } from '../load/recorded.ts';
import type { Lender } from '../load/revoke-keys.ts';
import type { Journal } from './journal.ts';
import { borrowNotedKey } from './key.ts';
import type { Span, Tally } from './tally.ts';

type Deps = {
  lender: Lender;
  /** Of the key that is borrowed. */
  notes: Journal;
  socketPath: string;
  project: string;
  print: (line: string) => void;
};

/** Links that drills follow, and the count of their clicks. */
export type Theatre = AsyncDisposable & {
  key: string;
  prefix: string;
  links: number;
  countReplicas(): Promise<number | undefined>;
  /** Clicks that each link has now: to be taken from those that it has in the end. */
  clicks(): Promise<Uint32Array>;
  /** Waits for the clicks of a tally, and says what differs; in some spans who was refused may have left one. */
  check(tally: Tally, before: Uint32Array, spans: readonly Span[]): Promise<ClickCheck>;
};

const links = 50;
const patience = 90_000;

/** Makes links of a run's own; disposing gives the key back. */
export async function openTheatre({ lender, notes, socketPath, project, print }: Deps): Promise<Theatre> {
  await using opening = new AsyncDisposableStack();
  const { key } = opening.use(await borrowNotedKey({ lender, notes, print }));
  const api = createApi({ service: lender.service, key, signal: AbortSignal.timeout(86_400_000) });
  const run = Math.floor(Date.now() / 1_000).toString(36);
  const prepared: Prepared = await prepare({ api, run, print }, { links, rows: links, users: 0 });
  const reading = { api, prepared, links };
  const opened = opening.move();
  return {
    key,
    prefix: prepared.prefix,
    links,
    async countReplicas() {
      const running = await listRunning({ socketPath, project }).catch(() => undefined);
      return running?.filter(({ service }) => service === 'app').length;
    },
    clicks: () => readClicks(reading),
    async check(tally, before, spans) {
      const expected = { sure: tally.answered(), possible: tally.unknown(spans), cutOff: 0 };
      return await awaitClicks({ ...reading, before, expected, patience }).catch(() => checkClicks(expected, []));
    },
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
}
