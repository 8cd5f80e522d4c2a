import { EventEmitter, once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { Writable } from 'node:stream';
import { describe, expect, test } from '@jest/globals';
import winston from 'winston';
import { createAlarm } from '../../src/platform/alarm.ts';
import { every } from '../../src/platform/every.ts';
import { createLogger, toggleDebug } from '../../src/platform/logger.ts';
import { replaceFile } from '../../src/platform/replace-file.ts';
import { stopSignal } from '../../src/platform/signal.ts';

describe('a loop', () => {
  test('a run that fails → reported, and it goes on until told to stop', async () => {
    const stopping = new AbortController();
    const errors: unknown[] = [];
    let runs = 0;
    await every(
      async () => {
        runs += 1;
        if (runs === 1) throw new Error('the first');
        if (runs === 3) stopping.abort();
        return 1;
      },
      { signal: stopping.signal, onError: (error) => errors.push(error), delayAfterError: 1 },
    );
    expect({ runs, errors: errors.length }).toEqual({ runs: 3, errors: 1 });
  });

  test('told to stop while it waits → ends at once, and a failure of that moment is not reported', async () => {
    const stopping = new AbortController();
    const errors: unknown[] = [];
    await every(
      async () => {
        stopping.abort();
        throw new Error('aborted');
      },
      { signal: stopping.signal, onError: (error) => errors.push(error), delayAfterError: 60_000 },
    );
    expect(errors).toEqual([]);
  });

  test('rung while it waits, or while it runs → the next run begins at once', async () => {
    const stopping = new AbortController();
    const alarm = createAlarm();
    let runs = 0;
    await every(
      async () => {
        runs += 1;
        if (runs === 1) setImmediate(alarm.ring);
        if (runs === 2) alarm.ring();
        if (runs === 3) stopping.abort();
        return 60_000;
      },
      { signal: stopping.signal, onError: () => {}, delayAfterError: 60_000, alarm },
    );
    expect(runs).toBe(3);
  });
});

test('a file → replaced as a whole, nothing left beside it', async () => {
  const directory = await mkdtemp(`${tmpdir()}/replace-`);
  await replaceFile(`${directory}/one`, 'first', 0o600);
  await replaceFile(`${directory}/one`, 'second', 0o600);
  expect([await readdir(directory), await readFile(`${directory}/one`, 'utf8')]).toEqual([['one'], 'second']);
  await rm(directory, { recursive: true });
});

test('a second signal → the process ends at once', async () => {
  const exits: number[] = [];
  const process = Object.assign(new EventEmitter(), { exit: (code: number) => exits.push(code) });
  const first = stopSignal(process as unknown as NodeJS.Process);
  process.emit('SIGTERM', 'SIGTERM');
  expect(await first).toBe('SIGTERM');
  process.emit('SIGTERM', 'SIGTERM');
  process.emit('SIGINT', 'SIGINT');
  expect(exits).toEqual([143, 130]);
});

test('a log line → JSON with time, level, message, service, fields, and errors with their cause', async () => {
  const lines: string[] = [];
  const stream = new Writable({
    write(chunk, _encoding, done) {
      lines.push(String(chunk));
      done();
    },
  });
  const logger = createLogger('info', 'autoscaler');
  logger.clear().add(new winston.transports.Stream({ stream }));
  logger.info('step', { step: 'create', error: new Error('no', { cause: new Error('why') }) });
  logger.error('plain', { error: new TypeError('x') });
  logger.end();
  await once(logger, 'finish');
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({
    timestamp: expect.stringMatching(/^\d{4}-.*Z$/),
    level: 'info',
    message: 'step',
    service: 'autoscaler',
    step: 'create',
    error: { message: 'no', cause: 'Error: why' },
  });
  expect(JSON.parse(lines[1] ?? '').error).not.toHaveProperty('cause');
});

test.each([
  ['info', ['debug', 'info', 'debug']],
  ['debug', ['info', 'debug', 'info']],
])('the level %s, switched three times', (usual, expected) => {
  const log = createLogger(usual, 'autoscaler');
  log
    .clear()
    .add(new winston.transports.Stream({ stream: new Writable({ write: (_chunk, _encoding, done) => done() }) }));
  const seen = expected.map(() => {
    toggleDebug(log, usual);
    return log.level;
  });
  expect(seen).toEqual(expected);
});
