import { AsyncResource } from 'node:async_hooks';
import type { ShortCode } from '../codes/short-code.ts';
import { unavailable } from '../http/problem.ts';

type Deps<T> = {
  /** Answers one value for each code, in their order. */
  ask: (codes: readonly ShortCode[]) => Promise<readonly T[]>;
  /** Questions under way at once; what comes meanwhile goes together with the next. */
  atOnce: number;
};

type Waiting<T> = { code: ShortCode; resolve: (value: T) => void; reject: (error: unknown) => void };

const codesAQuestion = 500;
/** Codes that may wait; more are refused at once. */
const mostWaiting = 10_000;

/**
 * Asks a store about codes: those that come while questions are under way share the next one, so that a burst of
 * unknown codes is a few questions and not one each.
 */
export function createGrouped<T>({ ask, atOnce }: Deps<T>): (code: ShortCode) => Promise<T> {
  let waiting: Waiting<T>[] = [];
  let running = 0;

  const askFor = async (batch: readonly Waiting<T>[]): Promise<void> => {
    try {
      const values = await ask(batch.map(({ code }) => code));
      batch.forEach(({ resolve }, index) => {
        resolve(values[index] as T);
      });
    } catch (error) {
      // Those behind share the fate instead of waiting out the same time-out once more.
      for (const { reject } of [...batch, ...waiting.splice(0)]) reject(error);
    }
  };

  const next = (): void => {
    if (running >= atOnce || waiting.length === 0) return;
    const batch = waiting.slice(0, codesAQuestion);
    waiting = waiting.slice(codesAQuestion);
    running += 1;
    void askFor(batch).then(() => {
      running -= 1;
      another();
    });
  };
  // Nobody's: else each question would be part of the trace of the request that asked the first of them.
  const another = AsyncResource.bind(next);

  return (code) =>
    new Promise((resolve, reject) => {
      if (waiting.length >= mostWaiting) return reject(unavailable('Too many links are being looked up'));
      waiting.push({ code, resolve, reject });
      // At the end of the turn, with what else came in it.
      if (waiting.length === 1) setImmediate(next);
      return undefined;
    });
}
