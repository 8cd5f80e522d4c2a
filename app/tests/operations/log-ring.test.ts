import { expect, test } from '@jest/globals';
import { createLogRing } from '../../src/operations/log-ring.ts';

const line = (message: string, level = 'info') => JSON.stringify({ level, message });
const everything = { limit: 200, level: 'debug', filter: '' } as const;

test('more lines than it holds: the newest stay, oldest first', () => {
  const ring = createLogRing();
  for (let number = 0; number < 2_500; number += 1) ring.push(line(`line ${number}`));
  const read = ring.read({ ...everything, limit: 3 }).map(({ message }) => message);
  expect(read).toEqual(['line 2497', 'line 2498', 'line 2499']);
  expect(ring.read({ ...everything, limit: 5_000 })).toHaveLength(1_000);
});

test('a level: lines at least as severe', () => {
  const ring = createLogRing();
  for (const level of ['debug', 'info', 'warn', 'error']) ring.push(line(level, level));
  const messages = (level: 'error' | 'warn') => ring.read({ ...everything, level }).map(({ message }) => message);
  expect(messages('error')).toEqual(['error']);
  expect(messages('warn')).toEqual(['warn', 'error']);
});

test('a filter: lines that contain it in any case', () => {
  const ring = createLogRing();
  for (const message of ['Breaker state changed', 'request']) ring.push(line(message));
  expect(ring.read({ ...everything, filter: 'BREAKER' })).toEqual([
    { level: 'info', message: 'Breaker state changed' },
  ]);
});

test('what is not a JSON object is left out, and a long line is kept short', () => {
  const ring = createLogRing();
  ring.push('not JSON');
  ring.push('7');
  ring.push(line('x'.repeat(100_000)));
  const [only, ...rest] = ring.read(everything);
  expect(rest).toEqual([]);
  expect(JSON.stringify(only).length).toBeLessThan(2_000);
});
