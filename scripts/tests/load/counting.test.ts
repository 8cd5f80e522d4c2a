import { describe, expect, test } from '@jest/globals';
import { codeOf } from '../../../k6/lib/links.ts';
import { type Api, createApi } from '../../src/load/api.ts';
import { countLoad } from '../../src/load/counting.ts';

const links = [codeOf('lt-', 0), codeOf('lt-', 1)];
const counting = (urlsOf: Api['urlsOf']) => ({
  api: { ...createApi({ service: { target: 'http://127.0.0.1' }, key: '', signal: AbortSignal.abort() }), urlsOf },
  prepared: { prefix: 'lt-', owner: 1, userIds: [2], urlIds: [] },
  links: 2,
  before: Uint32Array.of(5, 0),
  expected: { sure: Uint32Array.of(3, 1), possible: Uint32Array.of(0, 0), cutOff: 0 },
  created: 1,
  patience: 1,
});

describe('the count after a load', () => {
  test('is of what came since it began, link by link, and of what its users have', async () => {
    const { clicks, created, problems } = await countLoad(
      counting(async function* (user) {
        if (user === 2) yield { id: 9, short_code: 'made', click_count: 0 };
        else for (const [id, short_code] of links.entries()) yield { id, short_code, click_count: [8, 1][id] ?? 0 };
      }),
    );
    expect([clicks.recorded, clicks.missing, clicks.doubled]).toEqual([4, 0, 0]);
    expect([created, problems]).toEqual([{ answered: 1, found: 1 }, []]);
  });
  test('a service that answers nobody any more: everything is missing, and what was measured is kept', async () => {
    const { clicks, problems } = await countLoad(
      // biome-ignore lint/correctness/useYield: it fails before it has anything
      counting(async function* () {
        throw new Error('GET /urls answered 503');
      }),
    );
    expect([clicks.answered, clicks.missing]).toEqual([4, 4]);
    expect(problems).toEqual([expect.stringContaining('GET /urls answered 503')]);
  });
});
