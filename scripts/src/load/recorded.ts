import { codeOf } from '../../../k6/lib/links.ts';
import { waitUntil } from '../platform/wait-until.ts';
import type { Api } from './api.ts';
import { type ClickCheck, checkClicks, type Expected } from './clicks.ts';
import type { Prepared } from './prepare.ts';

type Deps = { api: Api; prepared: Prepared; links: number };

/** The service's own count of each link's clicks. */
export async function readClicks({ api, prepared: { owner, prefix }, links }: Deps): Promise<Uint32Array> {
  const counts = new Uint32Array(links);
  const numbers = new Map(Array.from({ length: links }, (_, link) => [codeOf(prefix, link), link] as const));
  let found = 0;
  for await (const { short_code, click_count } of api.urlsOf(owner)) {
    const link = numbers.get(short_code);
    if (link === undefined) continue;
    counts[link] = click_count;
    found += 1;
    if (found === links) break;
  }
  return counts;
}

type Waiting = Deps & { before: Uint32Array; expected: Expected; patience: number };

/**
 * Waits until the clicks of answered redirects are counted and no more come, at most so many milliseconds; answers what
 * differs then.
 */
export async function awaitClicks(waiting: Waiting): Promise<ClickCheck & { seconds: number }> {
  const start = performance.now();
  let last: ClickCheck | undefined;
  await waitUntil(
    async () => {
      const now = await readClicks(waiting);
      const recorded = last?.recorded;
      last = checkClicks(
        waiting.expected,
        now.map((count, link) => count - (waiting.before[link] ?? 0)),
      );
      return last.missing <= last.cutOff && last.recorded === recorded ? last : undefined;
    },
    { every: 500, within: waiting.patience, now: () => performance.now() },
  );
  const check = last ?? checkClicks(waiting.expected, []);
  return { ...check, seconds: (performance.now() - start) / 1_000 };
}
