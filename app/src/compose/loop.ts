import { every } from '../platform/every.ts';

type Options = { interval: number; onError: (error: unknown) => void };

/** Runs a task every `interval` ms until the stack is released; the release waits for the run that is under way. */
export function runLoop(stack: AsyncDisposableStack, task: () => Promise<void>, { interval, onError }: Options): void {
  const ending = new AbortController();
  const over = every(task, { interval, signal: ending.signal, onError });
  stack.defer(async () => {
    ending.abort();
    await over;
  });
}
