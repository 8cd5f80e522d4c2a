import { type EmbeddedPostgres, type EmbeddedPostgresOptions, startEmbeddedPostgres } from './embedded-postgres.ts';
import type { Exit } from './embedded-postgres-server.ts';

export type KeptPostgres = AsyncDisposable & {
  readonly url: string;
  /** Resolves with the reason when it ended and could not be started again; never after the disposal began. */
  readonly lost: Promise<Error>;
};

type Options = EmbeddedPostgresOptions & {
  /** It ended by itself and is about to be started again. */
  readonly onRestart: (exit: Exit) => void;
};

/** One that ends sooner than this, in milliseconds, would only end again. */
const shortLife = 10_000;

/**
 * The embedded Postgres, started again when it ends without having been told to: whoever waits for it waits a second
 * or two longer, and clicks that were answered meanwhile are in memory until it is back. Gives up when two ends come
 * within 10 s, or when it does not start.
 */
export async function keepEmbeddedPostgres({ onRestart, ...options }: Options): Promise<KeptPostgres> {
  const ending = new AbortController();
  const signal = options.signal ? AbortSignal.any([options.signal, ending.signal]) : ending.signal;
  const start = (): Promise<EmbeddedPostgres> => startEmbeddedPostgres({ ...options, signal });
  const lost = Promise.withResolvers<Error>();
  let current = await start();

  const keep = async (): Promise<void> => {
    let startedAt = Number.NEGATIVE_INFINITY;
    for (;;) {
      const exit = await current.exited;
      if (ending.signal.aborted) return;
      await current[Symbol.asyncDispose]();
      if (performance.now() - startedAt < shortLife) throw new Error('Postgres ended again soon after its restart');
      onRestart(exit);
      startedAt = performance.now();
      current = await start();
      if (ending.signal.aborted) return;
    }
  };
  const keeping = keep().catch((error: Error) => {
    if (!ending.signal.aborted) lost.resolve(error);
  });

  const dispose = async (): Promise<void> => {
    ending.abort();
    await current[Symbol.asyncDispose]();
    await keeping;
    await current[Symbol.asyncDispose](); // Started while we ended it.
  };
  return { url: current.url, lost: lost.promise, [Symbol.asyncDispose]: dispose };
}
