import { once } from 'node:events';
import { createServer } from 'node:http';
import { healthy, type Signal, type World } from './world.ts';

/** Everything that Prometheus scrapes, told by one server: what each job's targets say is a world that may change. */
export type Targets = AsyncDisposable & { address: string; change(world: World): void };

const jobOf = (series: string): string => /job="(\w+)"/.exec(series)?.[1] ?? '';
/** Labels that discovery adds itself. */
const bare = (series: string): string =>
  series
    .replace(/\b(job|instance)="[^"]*",? ?/g, '')
    .replace(/,? ?}/, '}')
    .replace('{}', '');
const isUp = (series: string): boolean => series.startsWith('up{');

/** A counter's value grows with time, at the rate that it has now, from where it was when that changed. */
type Grown = { value: number; at: number; signal: Signal };

function grow({ value, at, signal }: Grown, now: number): number {
  if (signal === 'absent') return value;
  if ('gauge' in signal) return signal.gauge;
  if ('ago' in signal) return now / 1_000 - signal.ago;
  if ('atOnce' in signal) return value + signal.atOnce;
  return value + (signal.perSecond * (now - at)) / 1_000;
}

/** Starts it with a healthy world. A job is asked at /JOB; one whose `up` is 0 answers 503. */
export async function openTargets(): Promise<Targets> {
  let series = new Map<string, Grown>();
  const change = (world: World): void => {
    const now = Date.now();
    const before = series;
    series = new Map(
      Object.entries({ ...healthy, ...world }).map(([name, signal]) => {
        const old = before.get(name);
        return [name, { value: old ? grow(old, now) : 0, at: now, signal }];
      }),
    );
  };
  change({});
  const page = (job: string): string | undefined => {
    const own = [...series].filter(([name, { signal }]) => jobOf(name) === job && signal !== 'absent');
    if (own.some(([name, grown]) => isUp(name) && grow(grown, 0) === 0)) return undefined;
    return own
      .filter(([name]) => !isUp(name))
      .map(([name, grown]) => `${bare(name)} ${grow(grown, Date.now())}\n`)
      .join('');
  };
  const server = createServer((request, response) => {
    const body = page(request.url?.slice(1) ?? '');
    response.writeHead(body === undefined ? 503 : 200, { 'content-type': 'text/plain; version=0.0.4' }).end(body);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  return {
    address: `127.0.0.1:${port}`,
    change,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
