/** Ends what was started also when somebody ends this process, and then the process. */
export function endBySignal(stack: AsyncDisposableStack): void {
  const end = (code: number) => () => {
    // What still runs here finds its servers gone: no news, and no reason to leave before all is cleared away.
    process.on('uncaughtException', () => {});
    void stack.disposeAsync().finally(() => process.exit(code));
  };
  for (const [signal, code] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const) {
    const listener = end(code);
    process.once(signal, listener);
    stack.defer(() => void process.off(signal, listener));
  }
}
