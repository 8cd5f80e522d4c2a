/** A bounded map that forgets first what was not used for longest, roughly: for whatever may be found out again. */
export type Generations<K, V> = {
  get(key: K): V | undefined;
  set(key: K, value: V): void;
  delete(key: K): void;
  clear(): void;
  readonly size: number;
};

/**
 * Keeps `capacity` entries at most, in a young and an old half: one that is used moves to the young half, and when that
 * is full it becomes the old one. A hit costs one look-up, where a list by use deletes and sets. An entry counts for
 * `weigh` of its value, a whole number from 1: where values may be large, so that the bound is one of memory, too.
 */
export function createGenerations<K, V>(capacity: number, weigh: (value: V) => number = () => 1): Generations<K, V> {
  const half = Math.max(1, Math.floor(capacity / 2));
  let young = new Map<K, V>();
  let old = new Map<K, V>();
  /** Of the young half. */
  let weight = 0;
  const weightOf = (key: K): number => {
    const value = young.get(key);
    return value === undefined ? 0 : weigh(value);
  };
  const set = (key: K, value: V): void => {
    // What the old half has of the key is never seen again: the young half is asked first, and takes its place whole.
    weight += weigh(value) - weightOf(key);
    young.set(key, value);
    if (weight < half) return;
    old = young;
    young = new Map();
    weight = 0;
  };
  const promote = (key: K): V | undefined => {
    const value = old.get(key);
    if (value !== undefined) set(key, value);
    return value;
  };
  return {
    get: (key) => young.get(key) ?? promote(key),
    set,
    delete(key) {
      weight -= weightOf(key);
      young.delete(key);
      old.delete(key);
    },
    clear() {
      young = new Map();
      old = new Map();
      weight = 0;
    },
    get size() {
      return young.size + old.size;
    },
  };
}
