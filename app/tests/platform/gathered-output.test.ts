import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { gatherOutput } from '../../src/platform/gathered-output.ts';

let written: string[];
const target = { write: (text: string) => written.push(text), writableLength: 0 };
const lost = (lines: number) => `lost ${lines}\n`;

beforeEach(() => {
  written = [];
  target.writableLength = 0;
  jest.useFakeTimers();
});

afterEach(() => {
  jest.useRealTimers();
});

test('what comes within ten milliseconds leaves in one piece, in its order', () => {
  const { stream } = gatherOutput(target, lost);
  stream.write('one\n');
  jest.advanceTimersByTime(9);
  stream.write('twö\n');
  expect(written).toEqual([]);
  jest.advanceTimersByTime(1);
  expect(written).toEqual(['one\ntwö\n']);
  stream.write('three\n');
  jest.advanceTimersByTime(10);
  expect(written).toEqual(['one\ntwö\n', 'three\n']);
});

test('flushing hands on what waits at once, and nothing twice', () => {
  const { flush, stream } = gatherOutput(target, lost);
  flush();
  stream.write('one\n');
  flush();
  jest.advanceTimersByTime(100);
  expect(written).toEqual(['one\n']);
});

test('what a reader that does not read has no room for is dropped, and counted before what comes then', () => {
  const { flush, stream } = gatherOutput(target, lost);
  target.writableLength = 4_194_304;
  stream.write('one\n');
  flush();
  target.writableLength += 1;
  for (const line of ['two\n', 'three\n', 'four\n']) stream.write(line);
  flush();
  stream.write('five\n');
  flush();
  expect(written).toEqual(['one\n']);
  target.writableLength = 0;
  for (const line of ['six\n', 'seven\n']) {
    stream.write(line);
    flush();
  }
  expect(written).toEqual(['one\n', 'lost 4\nsix\n', 'seven\n']);
});

const logger = join(import.meta.dirname, '..', '..', 'src', 'platform', 'logger.ts');

test.each([
  ['comes to its end', '', 0],
  ['exits', 'process.exit(3)', 3],
  ['throws', 'throw new Error("no")', 1],
])('a process that %s has said everything', async (_, ending, expected) => {
  jest.useRealTimers();
  const script = `
    const { createLogger } = await import(${JSON.stringify(logger)});
    const log = createLogger({ level: 'info', service: 'app' });
    for (let number = 0; number < 1000; number += 1) log.info('line', { number });
    ${ending}`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: ['ignore', 'pipe', 'ignore'] });
  const said = text(child.stdout);
  const [code] = await once(child, 'close');
  const numbers = (await said)
    .trim()
    .split('\n')
    .map((line) => (JSON.parse(line) as { number: number }).number);
  expect([code, numbers]).toEqual([expected, Array.from({ length: 1_000 }, (_, number) => number)]);
});
