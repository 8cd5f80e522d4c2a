import { expect, test } from '@jest/globals';
import { createBacklog } from '../src/clicks/backlog.ts';
import { batchWriter, encodeBatch } from '../src/clicks/batch.ts';
import { createBatchIds } from '../src/clicks/batch-id.ts';
import type { ShortCode } from '../src/codes/short-code.ts';
import { heapProblem } from '../src/kept-in-memory.ts';
import { collectGarbage } from '../src/platform/collect-garbage.ts';
import { createLocalCache } from '../src/redirects/cache.ts';
import type { Link } from '../src/redirects/target.ts';

const heapOf = (megabytes: number) => megabytes * 1e6;

test.each([
  [20_000, 200_000, 96],
  [50_000, 200_000, 108],
  [1_000_000, 10_000_000, 4_000],
])('%d links and %d clicks go into a heap of %d MB', (l1Entries, clickBuffer, heap) => {
  expect(heapProblem({ l1Entries, clickBuffer }, heapOf(heap))).toBeUndefined();
});

test.each([
  [200_000, 200_000],
  [20_000, 1_000_000],
])('%d links and %d clicks do not go into 96 MB, and it says what to change', (l1Entries, clickBuffer) => {
  expect(heapProblem({ l1Entries, clickBuffer }, heapOf(96))).toMatch(
    /^L1_ENTRIES and CLICK_BUFFER may take \d+ MB, more than half of the heap of 96 MB: make them smaller, .*--max-old-space-size/,
  );
});

test('what they take is no more than is reckoned with', () => {
  const used = () => {
    collectGarbage();
    return process.memoryUsage().heapUsed;
  };
  const [l1Entries, clickBuffer] = [20_000, 40_000];
  const before = used();
  const cache = createLocalCache({ capacity: l1Entries, ttl: 1e9, unknownTtl: 1e9 });
  for (let id = 0; id < 1.5 * l1Entries; id += 1) {
    // As one that was read: a string of its own.
    const location = Buffer.from(`https://example.com/${id}`.padEnd(256, 'x')).toString('latin1');
    const link: Link = {
      id,
      location,
      status: 302,
      forwardQuery: false,
      active: true,
      expiresAt: null,
      limited: false,
    };
    cache.set(`known${id}` as ShortCode, link, 0);
    cache.set(`unknown${id}` as ShortCode, null, 0);
  }
  const backlog = createBacklog(clickBuffer);
  const bytes = batchWriter();
  const ids = createBatchIds();
  const requestId = '01234567-89ab-4def-8123-456789abcdef';
  const seen = { requestId, repeated: false, visitor: '12345678', userAgent: 'Firefox', referrer: 'news.example' };
  for (let at = 0; at < clickBuffer; at += 1) backlog.keep(encodeBatch([{ urlId: at, at, ...seen }], ids, bytes));
  const taken = used() - before;
  expect(backlog.clicks).toBe(clickBuffer / 2);
  expect(cache.get('known1', 0)).toBeUndefined();
  expect(heapProblem({ l1Entries, clickBuffer }, 2 * taken)).toBeDefined();
});
