/** An answer did not come in time. Whether what was asked for happened is not known. */
export class TooLate extends Error {
  readonly code = 'ETIMEDOUT';
}

/** The promise, or TooLate after so many milliseconds. */
export function within<T>(promise: Promise<T>, milliseconds: number): Promise<T> {
  return new Promise((resolve, reject) => {
    const late = () => reject(new TooLate(`not within ${milliseconds} ms`));
    const timer = setTimeout(late, milliseconds);
    promise.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
