/** A memory of what was used lately, in two generations: a full young one becomes the old one, and that is forgotten. */
export type Recent<V> = {
  get(key: string): V | undefined;
  set(key: string, value: V): void;
};

/** Remembers at least the last `size` keys used, and at most twice as many. */
export function createRecent<V>(size: number): Recent<V> {
  let young = new Map<string, V>();
  let old = new Map<string, V>();
  const set = (key: string, value: V): void => {
    if (young.size >= size) {
      old = young;
      young = new Map();
    }
    young.set(key, value);
  };
  return {
    get(key) {
      const value = young.get(key);
      if (value !== undefined) return value;
      const older = old.get(key);
      if (older !== undefined) set(key, older);
      return older;
    },
    set,
  };
}
