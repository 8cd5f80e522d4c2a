import { expect, test } from '@jest/globals';
import { parseStatus } from '../../src/stack/autoscaler.ts';
import { rollOut } from '../../src/stack/release.ts';
import { healthy } from '../support.ts';

const [from, to] = ['r1', 'r2'].map((id) => ({ id, image: `app:${id}`, at: '2026-01-01T00:00:00.000Z' }));
const rollout = { to, from, by: 'ann', startedAt: '2026-01-01T00:05:00.000Z', phase: 'rolling', cause: null };

/** Of a stack in which nothing may be touched. */
const untouched = (what: string) => () => Promise.reject(new Error(`${what} was touched`));

test('a second release is refused before it touches anything, and told who holds the first and since when', async () => {
  const said: string[] = [];
  const answer = parseStatus(JSON.stringify({ ...healthy, rollout }));
  const code = await rollOut(
    {
      compose: {
        run: untouched('compose'),
        list: untouched('compose'),
        hash: untouched('compose'),
        remove: untouched('compose'),
        pruneNetworks: untouched('compose'),
        volumes: untouched('compose'),
        volume: untouched('compose'),
      },
      autoscaler: { status: async () => answer, ask: untouched('autoscaler'), follow: untouched('autoscaler') },
      secrets: { remember: untouched('secrets') },
      print: (line) => said.push(line),
    },
    { image: 'app:r3', imageId: 'sha256:3', release: 'r3' },
    'bob',
  );
  expect(code).toBe(3);
  expect(said).toEqual([
    'refused: a release is under way already: ann holds it since 2026-01-01T00:05:00.000Z: app:r2 (r2), rolling',
  ]);
});
