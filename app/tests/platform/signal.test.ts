import { EventEmitter } from 'node:events';
import { expect, test } from '@jest/globals';
import { stopSignal } from '../../src/platform/signal.ts';
import { until } from '../support/until.ts';

class Exited extends Error {}

/** A process that notes the code with which it was to exit. */
function processLike() {
  const codes: number[] = [];
  const exit = (code: number): never => {
    codes.push(code);
    throw new Exited();
  };
  const emitter = Object.assign(new EventEmitter(), { exit });
  const signal = (name: NodeJS.Signals): void => {
    try {
      emitter.emit(name, name);
    } catch (error) {
      if (!(error instanceof Exited)) throw error;
    }
  };
  return { process: emitter as unknown as NodeJS.Process, codes, signal };
}

test('Ctrl-C that npm passes on as well: one request to stop', async () => {
  const { process, codes, signal } = processLike();
  const stopped = stopSignal(process);
  signal('SIGINT');
  signal('SIGINT');
  expect(await stopped).toBe('SIGINT');
  expect(codes).toEqual([]);
});

test.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)('%s again, later: exits at once with %i', async (name, code) => {
  const { process, codes, signal } = processLike();
  const stopped = stopSignal(process);
  await until(() => {
    signal(name);
    return codes.length > 0;
  });
  expect(await stopped).toBe(name);
  expect(codes).toEqual([code]);
});
