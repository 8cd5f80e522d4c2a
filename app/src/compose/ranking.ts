import { createRanking } from '../clicks/ranking.ts';
import { rankSome } from '../clicks/ranks.ts';
import { isPostgresDown } from '../platform/postgres-failure.ts';
import type { Core } from './core.ts';
import { runLoop } from './loop.ts';

const betweenLooks = 1_000;

/** Keeps the order of urls by clicks, in whichever replica looks first; answers how to say that it is wanted. */
export function composeRanking({ background, log, signal }: Core, stack: AsyncDisposableStack): () => void {
  const ranking = createRanking({
    rankSome: (wanted) => rankSome(background, wanted),
    now: () => performance.now(),
  });
  const onError = (error: unknown) =>
    log[isPostgresDown(error) ? 'debug' : 'warn']('the order by clicks stays as it was', { error });
  runLoop(stack, () => ranking.tick(signal), { interval: betweenLooks, onError });
  return ranking.want;
}
