import type { Run } from './run.ts';

/** Ends with the first Ctrl-C or TERM; until disposed, a second one is no more than the first. */
export type Interrupt = Disposable & { readonly signal: AbortSignal };

const names = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Turns the signals that end a process into one that its work can see, so that it can put things back first. */
export function untilInterrupted(): Interrupt {
  const controller = new AbortController();
  const stop = () => controller.abort(new Error('interrupted'));
  for (const name of names) process.on(name, stop);
  return {
    signal: controller.signal,
    [Symbol.dispose]: () => {
      for (const name of names) process.off(name, stop);
    },
  };
}

/**
 * The same programs, which hear of Ctrl-C from us alone: for a verb that holds it until something is over. A signal, where
 * one is given, ends them.
 */
export const apart =
  (run: Run, signal?: AbortSignal): Run =>
  (program, args, options = {}) =>
    run(program, args, { ...options, apart: true, ...(signal && { signal }) });
