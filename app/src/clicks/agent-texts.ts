import { createGenerations } from '../generations.ts';
import { parseAgent, writeAgent } from './agent.ts';

export type AgentTexts = {
  /** A short text for a header that is known, the header itself for another one, which will be known soon. */
  textOf(userAgent: string): string;
  /** Reads some of the headers that were met lately: up to 0.2 milliseconds of work. */
  learn(): void;
};

const mostLearnt = 10;
const mostPending = 100;

/**
 * Short texts for the User-Agents that come often, so that a batch is small although each visitor sends a hundred bytes
 * of them. Reading a header costs as much as a redirect: it is done now and then, and never by a redirect.
 */
export function createAgentTexts(size: number): AgentTexts {
  const recent = createGenerations<string, string>(size);
  const pending = new Set<string>();
  return {
    textOf(userAgent) {
      const text = recent.get(userAgent);
      if (text !== undefined) return text;
      if (pending.size < mostPending) pending.add(userAgent);
      return userAgent;
    },
    learn() {
      for (const userAgent of [...pending].slice(0, mostLearnt)) {
        recent.set(userAgent, writeAgent(parseAgent(userAgent)));
        pending.delete(userAgent);
      }
    },
  };
}
