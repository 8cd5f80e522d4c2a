import { expect, test } from '@jest/globals';
import { createBodyRoom } from '../../src/http/body-room.ts';

const full = expect.objectContaining({
  code: 'unavailable',
  headers: expect.objectContaining({ 'Retry-After': '2' }),
});

const refusal = (work: () => void): unknown => {
  try {
    return void work();
  } catch (error) {
    return error;
  }
};

test('bodies that are too much together: the one for which there is no room is told to come again, until another ends', () => {
  const room = createBodyRoom({ bytes: 100, collect: () => {} });
  const [one, other] = [room.enter(80), room.enter(80)];
  one.take(60);
  other.take(40);
  expect(refusal(() => other.take(1))).toEqual(full);
  expect(refusal(() => one.take(1))).toEqual(full);
  one.leave();
  expect(refusal(() => other.take(30))).toBeUndefined();
});

test('of a body that is read in parts no more counts than is held at a time', () => {
  const room = createBodyRoom({ bytes: 100, collect: () => {} });
  const upload = room.enter(90);
  for (let part = 0; part < 50; part += 1) upload.take(20);
  expect(refusal(() => room.enter(10).take(10))).toBeUndefined();
});

test('what a body took is given back once, however often it ends', () => {
  const room = createBodyRoom({ bytes: 100, collect: () => {} });
  const [one, other] = [room.enter(200), room.enter(200)];
  one.take(50);
  other.take(50);
  one.leave();
  one.leave();
  expect(refusal(() => other.take(51))).toEqual(full);
});

test('four million bytes have arrived, whoever sent them → what nobody holds is collected, and again after as many', () => {
  const collections: string[] = [];
  const room = createBodyRoom({ bytes: 10_000_000, collect: () => collections.push('young') });
  const [one, other] = [room.enter(1_000_000), room.enter(1_000_000)];
  for (const place of [one, other, one, other]) place.take(1_500_000);
  expect(collections).toHaveLength(1);
  one.take(2_000_000);
  other.take(2_000_000);
  expect(collections).toHaveLength(2);
});
