import { join } from 'node:path';
import { checkout } from './place.ts';
import { docker } from './programs.ts';
import { eventually, stack } from './stack.ts';

/** A Loki with the stack's configuration, apart from how often it looks for what to delete, and how long it waits then. */
export type LokiInAHurry = AsyncDisposable & {
  /** Writes one line of so many hours ago to the disk, in a chunk of its own. */
  push(service: string, hoursAgo: number): Promise<void>;
  /** Lines of a service that can be read. */
  count(service: string): Promise<number>;
  /** Chunks that are on the disk. */
  chunks(): Promise<number>;
  restart(): Promise<void>;
};

const name = 'stacktest-loki-in-a-hurry';
const port = 18_132;
const address = `http://127.0.0.1:${port}`;
const hour = 3_600_000;
const nanoseconds = (at: number): string => `${at}000000`;
const hurry = ['-compactor.compaction-interval=5s', '-compactor.retention-delete-delay=1s'];

const untilReady = (): Promise<true> =>
  eventually('Loki is ready', async () => ((await fetch(`${address}/ready`)).ok ? true : undefined), 120_000);

async function post(path: string, body?: unknown): Promise<void> {
  const headers = { 'content-type': 'application/json' };
  const { ok, status } = await fetch(`${address}${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
  if (!ok) throw new Error(`POST ${path} answered ${status}`);
}

/** Starts it from the image of the stack's own, which must be up. */
export async function openLokiInAHurry(): Promise<LokiInAHurry> {
  const image = (await stack.list()).find(({ service }) => service === 'loki')?.imageId ?? '';
  const files = ['--volume', `${join(checkout, 'monitoring', 'loki')}:/etc/loki:ro`];
  const how = ['--detach', '--name', name, '--publish', `127.0.0.1:${port}:3100`, ...files];
  const remove = () => docker('rm', '--force', '--volumes', name);
  await docker('run', ...how, image, '-config.file=/etc/loki/loki.yml', ...hurry).catch(async (cause: unknown) => {
    await remove();
    throw cause;
  });
  await untilReady();
  return {
    async push(service, hoursAgo) {
      const stream = { service, container: service, level: 'info' };
      const values = [[nanoseconds(Date.now() - hoursAgo * hour), 'a line']];
      await post('/loki/api/v1/push', { streams: [{ stream, values }] });
      await post('/flush');
    },
    async count(service) {
      const since = nanoseconds(Date.now() - 100 * hour);
      const asked = new URLSearchParams({ query: `{service="${service}"}`, start: since });
      const { data } = (await (await fetch(`${address}/loki/api/v1/query_range?${asked}`)).json()) as {
        data: { result: { values: unknown[] }[] };
      };
      return data.result.reduce((sum, { values }) => sum + values.length, 0);
    },
    async chunks() {
      const found = await docker('exec', name, 'find', '/loki/chunks/fake', '-type', 'f');
      return found.split('\n').filter((file) => file !== '').length;
    },
    async restart() {
      await docker('restart', '--time', '60', name);
      await untilReady();
    },
    [Symbol.asyncDispose]: async () => void (await remove()),
  };
}
