/** @import { Problem } from '../api/problem.js' */
import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { may } from '../api/session.js';
import { useServices } from '../page/services.js';
import { useStore } from './store.js';

/**
 * @template T
 * @typedef {{ value: T | undefined, problem: Problem | undefined, loading: boolean, again: () => void, change: (edit: (value: T) => T) => void }} Loaded
 */

/** Where there was no answer, the next try comes by itself; milliseconds. */
const betweenTries = 2_000;

/**
 * Loads a value, and again when `key` changes; the last value stays until the next is there. `again` asks anew without
 * taking away what is shown. While the session is over nothing is asked.
 * @template T
 * @param {string} key
 * @param {(signal: AbortSignal) => Promise<T>} ask
 * @returns {Loaded<T>}
 */
export function useLoad(key, ask) {
  const [state, setState] = useState(
    /** @type {{ key: string, value: T | undefined, problem: Problem | undefined, loading: boolean }} */ ({
      key,
      value: undefined,
      problem: undefined,
      loading: true,
    }),
  );
  const [turn, setTurn] = useState(0);
  const mayRead = may(useStore(useServices().session.rights), 'read');
  const latest = useRef(ask);
  latest.current = ask;
  useEffect(() => {
    if (!mayRead) return;
    const ending = new AbortController();
    setState((old) => ({ ...old, loading: true }));
    latest.current(ending.signal).then(
      (value) => ending.signal.aborted || setState({ key, value, problem: undefined, loading: false }),
      (problem) => ending.signal.aborted || setState((old) => ({ ...old, problem, loading: false })),
    );
    return () => ending.abort();
  }, [key, turn, mayRead]);
  useEffect(() => {
    if (state.problem?.status !== 0) return;
    const timer = setTimeout(() => setTurn((n) => n + 1), betweenTries);
    return () => clearTimeout(timer);
  }, [state.problem]);
  const again = useCallback(() => setTurn((n) => n + 1), []);
  const change = useCallback(
    /** @param {(value: T) => T} edit */
    (edit) => setState((old) => (old.value === undefined ? old : { ...old, value: edit(old.value) })),
    [],
  );
  return { value: state.value, problem: state.problem, loading: state.loading, again, change };
}
