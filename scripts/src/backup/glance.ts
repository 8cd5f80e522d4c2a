/** A minute: what it shows changes by the hour, and each look costs a tenth of a CPU a second, or asks storage elsewhere. */
const fresh = 60_000;

/**
 * Answers what the last look saw, and looks again once that is a minute old; never twice at once. Only who finds no answer
 * yet waits: a look may take minutes while storage elsewhere is away. A look that fails is told, and leaves no answer.
 */
export function createGlance<T>(look: () => Promise<T>, now: () => number): () => Promise<T> {
  let last: { value: T; at: number } | undefined;
  let looking: Promise<T> | undefined;
  async function lookNow(): Promise<T> {
    try {
      const value = await look();
      last = { value, at: now() };
      return value;
    } catch (error) {
      last = undefined;
      throw error;
    } finally {
      looking = undefined;
    }
  }
  return () => {
    if (last && now() - last.at < fresh) return Promise.resolve(last.value);
    looking ??= lookNow();
    if (!last) return looking;
    looking.catch(() => {});
    return Promise.resolve(last.value);
  };
}
