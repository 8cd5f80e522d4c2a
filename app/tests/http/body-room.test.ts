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
  const room = createBodyRoom(100);
  const [one, other] = [room.enter(80), room.enter(80)];
  one.take(60);
  other.take(40);
  expect(refusal(() => other.take(1))).toEqual(full);
  expect(refusal(() => one.take(1))).toEqual(full);
  one.leave();
  expect(refusal(() => other.take(30))).toBeUndefined();
});

test('of a body that is read in parts no more counts than is held at a time', () => {
  const room = createBodyRoom(100);
  const upload = room.enter(90);
  for (let part = 0; part < 50; part += 1) upload.take(20);
  expect(refusal(() => room.enter(10).take(10))).toBeUndefined();
});

test('what a body took is given back once, however often it ends', () => {
  const room = createBodyRoom(100);
  const [one, other] = [room.enter(200), room.enter(200)];
  one.take(50);
  other.take(50);
  one.leave();
  one.leave();
  expect(refusal(() => other.take(51))).toEqual(full);
});
