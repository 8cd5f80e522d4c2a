import { expect, test } from '@jest/globals';
import { unneeded } from '../../src/deploy/prune.ts';
import type { LoggedRelease } from '../../src/deploy/release-log.ts';

const name = (number: number) => `shortstack/app:${String(number).padStart(12, '0')}`;
const release = (number: number, outcome: LoggedRelease['outcome'] = 'serves'): LoggedRelease => ({
  number,
  at: '2026-01-31T12:00:00Z',
  commit: 'c',
  images: { APP_IMAGE: name(number) },
  by: 'ann',
  seconds: 40,
  outcome,
  note: '',
});

test('images of the last five good releases stay, also when others failed since; older ones go', () => {
  const log = [1, 2, 3, 4, 5, 6].map((number) => release(number)).concat(release(7, 'failed'));
  expect(unneeded([1, 2, 6, 7].map(name), log)).toEqual([name(1), name(7)]);
});

test('an image that a later release brought again stays', () =>
  expect(
    unneeded(
      [name(1)],
      [1, 2, 3, 4, 5, 6, 1].map((number) => release(number)),
    ),
  ).toEqual([]));

test('what is not named after its content, or not ours, is left alone', () =>
  expect(unneeded(['shortstack/app:latest', 'nginx:1.30.6', 'me/app:000000000001', ''], [])).toEqual([]));
