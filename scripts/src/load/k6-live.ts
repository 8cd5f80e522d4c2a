import { setTimeout as sleep } from 'node:timers/promises';

/** What k6 has counted since it started, as it goes. */
export type Live = { seconds: number; requests: number; failed: number; dropped: number; users: number };

type Sample = Readonly<Record<string, number>>;
type Metrics = { data: { id: string; attributes: { sample: Sample } }[] };

/** k6's own figures by name, from the answer of its REST address. */
export function readLive(metrics: Metrics, seconds: number): Live {
  const samples = new Map(metrics.data.map(({ id, attributes }) => [id, attributes.sample] as const));
  const count = (name: string): number => samples.get(name)?.['count'] ?? 0;
  const failed = ['shed', 'failed_no_answer', 'failed_5xx', 'failed_unexpected'].map(count);
  return {
    seconds,
    requests: count('http_reqs'),
    failed: failed.reduce((sum, each) => sum + each, 0),
    dropped: count('dropped_iterations'),
    users: samples.get('vus')?.['value'] ?? 0,
  };
}

type Deps = { port: number; every: number; signal: AbortSignal; now: () => number };

/** Looks at a running k6 every so many milliseconds until the signal; a look that fails is left out. */
export async function* watchK6({ port, every, signal, now }: Deps): AsyncGenerator<Live> {
  const start = now();
  while (!signal.aborted) {
    await sleep(every, undefined, { signal }).catch(() => {});
    if (signal.aborted) return;
    const ends = AbortSignal.any([signal, AbortSignal.timeout(every)]);
    const answer = await fetch(`http://127.0.0.1:${port}/v1/metrics`, { signal: ends }).catch(() => undefined);
    const metrics = (await answer?.json().catch(() => undefined)) as Metrics | undefined;
    if (metrics?.data) yield readLive(metrics, (now() - start) / 1_000);
  }
}
