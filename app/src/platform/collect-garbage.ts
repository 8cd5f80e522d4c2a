import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

type Collect = (options: { type: 'major' | 'minor'; execution?: 'sync'; flavor?: 'last-resort' }) => void;

function exposed(): Collect {
  setFlagsFromString('--expose-gc');
  // Contexts made from here on have it; our own stays without.
  const collect: Collect = runInNewContext('gc');
  setFlagsFromString('--no-expose-gc');
  return collect;
}

/**
 * One thorough collection, for the moment when everything is loaded and little is served yet: about 50 ms. Loading and
 * compiling leaves a third of the heap unused, in pages that would stay partly filled for as long as the process lives.
 * What that saves under load is in docs/performance.md.
 */
export function collectGarbage(): void {
  exposed()({ type: 'major', execution: 'sync', flavor: 'last-resort' });
}

/** Answers a function that collects what was made lately and is held by nobody: a millisecond or two. */
export function youngCollector(): () => void {
  const collect = exposed();
  return () => collect({ type: 'minor' });
}
