import { expect, test } from '@jest/globals';
import { createBacklog } from '../../src/clicks/backlog.ts';

const batch = (id: string, clicks: number) => ({ id, clicks, payload: Buffer.alloc(0) });

test('the oldest come first and stay until they are let go', () => {
  const backlog = createBacklog(100);
  for (const id of ['a', 'b', 'c']) backlog.keep(batch(id, 10));
  expect(backlog.oldest(2).map(({ id }) => id)).toEqual(['a', 'b']);
  expect(backlog.clicks).toBe(30);
  backlog.forget(2);
  expect(backlog.oldest(2).map(({ id }) => id)).toEqual(['c']);
  expect(backlog.clicks).toBe(10);
});

test('what does not fit is refused, and fits when there is room again', () => {
  const backlog = createBacklog(15);
  expect(backlog.keep(batch('a', 10))).toBe(true);
  expect(backlog.keep(batch('b', 6))).toBe(false);
  expect(backlog.keep(batch('c', 5))).toBe(true);
  backlog.forget(1);
  expect(backlog.keep(batch('d', 10))).toBe(true);
  expect(backlog.clicks).toBe(15);
});

test('a batch of one click takes the room of two: its memory is mostly that of a batch', () => {
  const backlog = createBacklog(5);
  expect(['a', 'b', 'c'].map((id) => backlog.keep(batch(id, 1)))).toEqual([true, true, false]);
  expect(backlog.clicks).toBe(2);
  backlog.forget(2);
  expect(['d', 'e'].map((id) => backlog.keep(batch(id, 2)))).toEqual([true, true]);
});
