/** Milliseconds in which a second signal is the first one again: npm passes on the Ctrl-C that the terminal sends us too. */
const echo = 500;

/**
 * A promise of the first SIGTERM or SIGINT. One that comes after it ends the process at once, for whoever does not want
 * to wait for the drain.
 */
export function stopSignal(process: NodeJS.Process): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    let seenAt: number | undefined;
    const onSignal = (signal: NodeJS.Signals) => {
      const now = performance.now();
      if (seenAt !== undefined && now - seenAt > echo) process.exit(signal === 'SIGINT' ? 130 : 143);
      seenAt ??= now;
      resolve(signal);
    };
    process.on('SIGTERM', onSignal);
    process.on('SIGINT', onSignal);
  });
}
