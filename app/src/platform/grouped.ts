import { AsyncResource } from 'node:async_hooks';

type Deps<Q, A> = {
  /** Answers one value for each of these, in their order. */
  ask: (asked: readonly Q[]) => Promise<readonly A[]>;
  /** Questions under way at once; what comes meanwhile goes together with the next. */
  atOnce: number;
  /** What is thrown to who would be one too many of those that wait. */
  busy: () => Error;
};

type Waiting<Q, A> = { asked: Q; resolve: (value: A) => void; reject: (error: unknown) => void };

const mostAQuestion = 500;
/** That may wait; more are refused at once. */
const mostWaiting = 10_000;

/**
 * Asks a store: what is asked while questions are under way shares the next one, so that a burst of unknown codes, or of
 * unknown keys, is a few questions and not one each.
 */
export function createGrouped<Q, A>({ ask, atOnce, busy }: Deps<Q, A>): (asked: Q) => Promise<A> {
  let waiting: Waiting<Q, A>[] = [];
  let running = 0;

  const askFor = async (batch: readonly Waiting<Q, A>[]): Promise<void> => {
    try {
      const values = await ask(batch.map(({ asked }) => asked));
      batch.forEach(({ resolve }, index) => {
        resolve(values[index] as A);
      });
    } catch (error) {
      // Those behind share the fate instead of waiting out the same time-out once more.
      for (const { reject } of [...batch, ...waiting.splice(0)]) reject(error);
    }
  };

  const next = (): void => {
    if (running >= atOnce || waiting.length === 0) return;
    const batch = waiting.slice(0, mostAQuestion);
    waiting = waiting.slice(mostAQuestion);
    running += 1;
    void askFor(batch).then(() => {
      running -= 1;
      another();
    });
  };
  // Nobody's: else each question would be part of the trace of the request that asked the first of them.
  const another = AsyncResource.bind(next);

  return (asked) =>
    new Promise((resolve, reject) => {
      if (waiting.length >= mostWaiting) return reject(busy());
      waiting.push({ asked, resolve, reject });
      // At the end of the turn, with what else came in it.
      if (waiting.length === 1) setImmediate(next);
      return undefined;
    });
}
