/** @import { Problem } from '../api/problem.js' */
import { h } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { texts } from '../page/texts.js';

const tooMany = 429;

/**
 * Seconds that are left of so many since the problem appeared.
 * @param {Problem | undefined} problem
 */
export function useCountdown(problem) {
  const [left, setLeft] = useState(0);
  useEffect(() => {
    const until = Date.now() + (problem?.retryAfter ?? 0) * 1_000;
    const look = () => setLeft(Math.max(0, Math.ceil((until - Date.now()) / 1_000)));
    look();
    if (!problem?.retryAfter) return;
    const timer = setInterval(look, 250);
    return () => clearInterval(timer);
  }, [problem]);
  return left;
}

/**
 * What went wrong, and when or how to go on.
 * @param {{ problem: Problem | undefined, onRetry?: () => void }} props
 */
export function ProblemNote({ problem, onRetry }) {
  const left = useCountdown(problem);
  if (!problem) return null;
  const text = problem.status === tooMany && left > 0 ? texts.tooMany(left) : problem.message;
  const retry = { type: 'button', class: 'small', disabled: left > 0, onClick: onRetry };
  return h(
    'div',
    { class: 'problem', role: 'alert' },
    h('span', null, text),
    onRetry && h('button', retry, left > 0 ? texts.tryAgainIn(left) : texts.tryAgain),
  );
}
