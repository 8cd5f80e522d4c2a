/** What was waited for did not come in time. */
export class OutOfPatience extends Error {}

/**
 * Waits for what somebody else does, at most so many milliseconds in all; what passes between two waits is not counted.
 * Rejects with `OutOfPatience` then.
 */
export function createPatience(milliseconds: number): <T>(promise: Promise<T>) => Promise<T> {
  let left = milliseconds;
  return async (promise) => {
    const asked = performance.now();
    const late = Promise.withResolvers<never>();
    const timer = setTimeout(() => late.reject(new OutOfPatience(`not within ${milliseconds} ms`)), left);
    try {
      return await Promise.race([promise, late.promise]);
    } finally {
      clearTimeout(timer);
      left = Math.max(0, left - (performance.now() - asked));
    }
  };
}
