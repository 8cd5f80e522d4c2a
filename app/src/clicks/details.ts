import type { Agent } from './agent.ts';

/** The part of a click's details that is the same for an agent, made once each. */
export function createDetails(): (requestId: string, referrer: string, agent: Agent) => string {
  const tails = new WeakMap<Agent, string>();
  const tailOf = (agent: Agent): string => {
    const known = tails.get(agent);
    if (known) return known;
    const tail = `,${JSON.stringify(agent).slice(1)}`;
    tails.set(agent, tail);
    return tail;
  };
  return (requestId, referrer, agent) => {
    const from = referrer === '' ? '' : `,"referrer":${JSON.stringify(referrer)}`;
    return `{"request_id":${JSON.stringify(requestId)}${from}${tailOf(agent)}`;
  };
}
