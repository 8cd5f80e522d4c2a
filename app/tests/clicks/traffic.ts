import { randomUUID } from 'node:crypto';
import { Agent, get } from 'node:http';

export type Traffic = {
  /** Request ids that were answered with a redirect. */
  readonly answered: ReadonlySet<string>;
  /** Requests that got no answer, or another one. */
  readonly failed: number;
  /** Resolves when so many more have been answered. */
  answers(more: number): Promise<void>;
  /** Ends when the requests under way are over. */
  stop(): Promise<void>;
};

type Target = { readonly url: string };

const ask = (url: string, requestId: string, agent: Agent): Promise<number> =>
  new Promise((resolve, reject) => {
    const request = get(url, { agent, headers: { 'X-Request-ID': requestId } }, (response) => {
      response.resume();
      response.once('end', () => resolve(response.statusCode ?? 0));
      response.once('error', reject);
    });
    request.once('error', reject);
    request.setTimeout(20_000, () => request.destroy(new Error('no answer')));
  });

/** Follows a code over and over on several connections to each target, until told to stop; `pace` is between two, in ms. */
export function startTraffic(targets: readonly Target[], code: string, connections = 8, pace = 0): Traffic {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const answered = new Set<string>();
  let failed = 0;
  let stopped = false;
  let wanted: { count: number; reached: () => void } | undefined;

  const follow = async (target: Target): Promise<void> => {
    while (!stopped) {
      const requestId = randomUUID();
      const status = await ask(`${target.url}/${code}`, requestId, agent).catch(() => 0);
      if (status === 302) answered.add(requestId);
      else failed += 1;
      if (wanted && answered.size >= wanted.count) wanted.reached();
      // Somebody who is refused does not come back at once.
      const wait = status === 0 ? Math.max(20, pace) : pace;
      if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
    }
  };

  const over = Promise.all(targets.flatMap((target) => Array.from({ length: connections }, () => follow(target))));
  return {
    answered,
    get failed() {
      return failed;
    },
    answers: (more) =>
      new Promise((reached) => {
        wanted = { count: answered.size + more, reached };
      }),
    async stop() {
      stopped = true;
      await over;
      agent.destroy();
    },
  };
}
