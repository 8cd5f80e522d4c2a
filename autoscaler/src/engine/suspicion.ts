type Deps = {
  /** Whether the engine's socket takes a connection. */
  answers: () => Promise<boolean>;
  /** Resolves after so many milliseconds. */
  wait: (milliseconds: number) => Promise<unknown>;
};

const looks = 5;
const between = 2_000;

/**
 * Whether the engine is gone for good from where we see it. A restarted engine may make its socket anew, and a container
 * has the old one mounted: only when the container is started again does it get the new one. An engine that is being
 * restarted refuses as well, so it is looked at five times in ten seconds; one that hangs takes connections.
 *
 * `suspect` is called for every call that failed; `gone` resolves when nobody has listened all the time since then.
 */
export function createSuspicion({ answers, wait }: Deps) {
  const { promise: gone, resolve } = Promise.withResolvers<void>();
  let looking = false;
  const look = async (): Promise<void> => {
    for (let left = looks; left > 0; left--) {
      await wait(between);
      if (await answers()) return;
    }
    resolve();
  };
  const suspect = (): void => {
    if (looking) return;
    looking = true;
    void look().finally(() => {
      looking = false;
    });
  };
  return { suspect, gone };
}
