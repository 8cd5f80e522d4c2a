import { expect, test } from '@jest/globals';
import { createRanking } from '../../src/clicks/ranking.ts';

function create(steps: number) {
  const asked: boolean[] = [];
  let time = 0;
  const rankSome = async (wanted: boolean) => asked.push(wanted) < steps;
  return { asked, ranking: createRanking({ rankSome, now: () => time }), at: (next: number) => (time = next) };
}

test('takes steps until none is due', async () => {
  const { ranking, asked } = create(3);
  await ranking.tick(new AbortController().signal);
  expect(asked).toEqual([false, false, false]);
});

test('says that the order is wanted for a minute after somebody asked for it', async () => {
  const { ranking, asked, at } = create(0);
  const { signal } = new AbortController();
  ranking.want();
  for (const time of [0, 59_999, 60_000]) {
    at(time);
    await ranking.tick(signal);
  }
  expect(asked).toEqual([true, true, false]);
});

test('takes no further step when it is told to end', async () => {
  const ending = new AbortController();
  const asked: boolean[] = [];
  const rankSome = async (wanted: boolean) => {
    asked.push(wanted);
    ending.abort();
    return true;
  };
  await createRanking({ rankSome, now: () => 0 }).tick(ending.signal);
  expect(asked).toHaveLength(1);
});
