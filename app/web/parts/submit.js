import { useRef, useState } from 'preact/hooks';
import { Problem } from '../api/problem.js';

/**
 * Runs one action at a time, and keeps what went wrong with the last one.
 * @template A
 * @param {(argument: A) => Promise<void>} action
 */
export function useSubmit(action) {
  const [problem, setProblem] = useState(/** @type {Problem | undefined} */ (undefined));
  const [busy, setBusy] = useState(false);
  const running = useRef(false);
  /** @param {A} argument */
  const submit = async (argument) => {
    if (running.current) return;
    running.current = true;
    setBusy(true);
    try {
      await action(argument);
      setProblem(undefined);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      setProblem(error);
    } finally {
      running.current = false;
      setBusy(false);
    }
  };
  /** For a form whose fields are all that it needs. @param {Event} event */
  const onSubmit = (event) => {
    event.preventDefault();
    void submit(/** @type {A} */ (undefined));
  };
  const errors = problem?.errors ?? {};
  // What is about a field stands beneath it.
  const general = Object.keys(errors).length > 0 ? undefined : problem;
  return { submit, onSubmit, busy, problem, errors, general };
}
