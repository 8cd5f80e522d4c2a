import type { Agent } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { codeOf } from '../../../k6/lib/links.ts';
import { createAgent, openRequest, type Service } from '../load/service.ts';
import type { Outcome, Tally } from './tally.ts';

type Deps = {
  service: Service;
  key: string;
  prefix: string;
  links: number;
  tally: Tally;
  signal: AbortSignal;
  /** Redirects a second, usually. */
  rate: number;
};

export type Traffic = {
  /** So many times as much from now on: more redirects, and as many creates as before. */
  times(factor: number): void;
  /** Resolves when every request is answered, after the signal. */
  readonly ended: Promise<void>;
};

const patience = 10_000;
/** Of so many requests one creates a link. */
const writeEvery = 20;
/** Requests under way at most: one that is due beyond that waits for its turn, and after a second is not sent. */
const mostUnderWay = 512;
const beat = 5;
/**
 * Milliseconds after which a connection at rest is used no more. nginx keeps one for a second when it is reloaded
 * (keepalive_min_timeout); who asks on an older one may find it closed, and browsers then ask again, which nobody does here.
 */
const mostRest = 500;
const connections = { keepAlive: true, maxSockets: mostUnderWay, scheduling: 'fifo', timeout: mostRest } as const;

type Answer = Pick<Outcome, 'status' | 'retryAfter' | 'location'>;
const none: Answer = { status: 0, retryAfter: false, location: undefined };

function send(agent: Agent, { service, key }: Deps, path: string, body: string | undefined): Promise<Answer> {
  const { promise, resolve } = Promise.withResolvers<Answer>();
  const headers = body === undefined ? {} : { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
  const method = body === undefined ? 'GET' : 'POST';
  const sent = openRequest(service, path, { agent, method, headers, timeout: patience });
  const failed = () => resolve(none);
  sent.on('response', (response) => {
    response.on('error', failed);
    response.on('end', () => {
      const { location, 'retry-after': retryAfter } = response.headers;
      resolve({ status: response.statusCode ?? 0, retryAfter: retryAfter !== undefined, location });
    });
    response.resume();
  });
  sent.on('timeout', () => sent.destroy());
  sent.on('error', failed);
  sent.on('close', failed);
  sent.end(body);
  return promise;
}

/**
 * Traffic at a rate that does not depend on the answers: redirects of links in turn, and one create in twenty. Nothing is
 * sent twice, so that what users would see is what is counted. How long one took counts from the moment at which it was due.
 */
export function startTraffic(deps: Deps): Traffic {
  const { links, prefix, rate, signal, tally } = deps;
  const agent = createAgent(deps.service, connections);
  const underWay = new Set<Promise<void>>();
  let factor = 1;
  let count = 0;
  /** `late` milliseconds after it was due, which whoever asks has waited, too. */
  async function once(late: number): Promise<void> {
    count += 1;
    const isWrite = count % (writeEvery * factor) === 0;
    const link = count % links;
    const body = isWrite ? JSON.stringify({ url: `https://example.com/drill/${count}` }) : undefined;
    const at = Date.now();
    tally.begin(at);
    const start = performance.now();
    const answer = await send(agent, deps, isWrite ? '/shorten' : `/${codeOf(prefix, link)}`, body);
    const outcome: Outcome = {
      at,
      took: performance.now() - start + late,
      kind: isWrite ? 'write' : 'redirect',
      link,
      ...answer,
    };
    tally.add(outcome);
  }
  async function drive(): Promise<void> {
    let owed = 0;
    let last = performance.now();
    while (!signal.aborted) {
      const now = performance.now();
      const perSecond = rate * factor;
      owed = Math.min(owed + ((now - last) / 1_000) * perSecond, perSecond);
      last = now;
      for (; owed >= 1 && underWay.size < mostUnderWay; owed -= 1) {
        const one: Promise<void> = once((owed / perSecond) * 1_000).finally(() => underWay.delete(one));
        underWay.add(one);
      }
      await sleep(beat, undefined, { signal }).catch(() => {});
    }
    await Promise.all(underWay);
    agent.destroy();
  }
  return {
    times: (next) => {
      factor = next;
    },
    ended: drive(),
  };
}
