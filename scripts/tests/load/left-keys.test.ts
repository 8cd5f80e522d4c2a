import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from '@jest/globals';
import { isLeft, keyNameOf } from '../../src/load/left-keys.ts';

test('the key of a load that runs is nobody else’s, the one of a load that was killed is to be revoked', async () => {
  const load = spawn('sleep', ['60']);
  await once(load, 'spawn');
  const name = keyNameOf(load.pid ?? 0);
  expect(isLeft(name)).toBe(false);
  load.kill('SIGKILL');
  await once(load, 'exit');
  expect(isLeft(name)).toBe(true);
});

test.each([
  ['load', 'by hand'],
  ['load-elsewhere-4000000', 'of another machine'],
  ['load-here-', 'without a process'],
  ['load-here-1x', 'of no process'],
  ['load-here-0', 'of a group'],
  ['load-here--1', 'of all processes'],
  ['drill-1', 'of a drill'],
])('%s (%s) is left alone', (name) => expect(isLeft(name, 'here')).toBe(false));
