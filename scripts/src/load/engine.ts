import { request } from 'node:http';
import { z } from 'zod';

/** What one container has used since it started, and holds now. */
export type Usage = {
  service: string;
  name: string;
  cpuSeconds: number;
  memoryBytes: number;
  throttledSeconds: number;
};

/** A container that runs. */
export type Running = { id: string; name: string; service: string };

/** Where the engine is, and which stack is meant. */
export type EngineDeps = { socketPath: string; project: string };

const listed = z.array(
  z.object({ Id: z.string(), Names: z.array(z.string()), Labels: z.record(z.string(), z.string()) }),
);
const stats = z.object({
  cpu_stats: z.object({
    cpu_usage: z.object({ total_usage: z.number() }),
    throttling_data: z.object({ throttled_time: z.number() }).optional(),
  }),
  memory_stats: z.object({ usage: z.number().optional(), stats: z.record(z.string(), z.number()).optional() }),
});

const timeout = 5_000;

/** What the engine answers to a GET; rejects where that is no success. */
export function askEngine(socketPath: string, path: string): Promise<unknown> {
  const { promise, resolve, reject } = Promise.withResolvers<unknown>();
  const sent = request({ socketPath, path, timeout }, (response) => {
    const parts: Buffer[] = [];
    response.on('data', (part: Buffer) => parts.push(part));
    response.on('error', reject);
    response.on('end', () => {
      const text = Buffer.concat(parts).toString();
      if (response.statusCode === 200) resolve(JSON.parse(text));
      else reject(new Error(`${path}: ${response.statusCode} ${text}`));
    });
  });
  sent.on('timeout', () => sent.destroy(new Error(`${path}: no answer`)));
  sent.on('error', reject);
  sent.end();
  return promise;
}

/** Memory that a container cannot give back: cached files are not counted (cgroup v2, v1). */
const resident = ({ usage = 0, stats: more = {} }: z.output<typeof stats>['memory_stats']): number =>
  usage - (more['inactive_file'] ?? more['total_inactive_file'] ?? 0);

/** The containers of a stack that run; a paused one runs, too. */
export async function listRunning({ socketPath, project }: EngineDeps): Promise<Running[]> {
  const filters = encodeURIComponent(
    JSON.stringify({ label: [`com.docker.compose.project=${project}`], status: ['running'] }),
  );
  const containers = listed.parse(await askEngine(socketPath, `/containers/json?filters=${filters}`));
  return containers.map(({ Id, Names, Labels }) => ({
    id: Id,
    name: (Names[0] ?? '').slice(1),
    service: Labels['com.docker.compose.service'] ?? '',
  }));
}

const statsOf = async (socketPath: string, container: string) =>
  stats.safeParse(
    await askEngine(socketPath, `/containers/${container}/stats?stream=false&one-shot=true`).catch(() => undefined),
  ).data;

/** CPU seconds that a container has used so far; 0 when it is gone. */
export const containerCpuSeconds = async (socketPath: string, container: string): Promise<number> =>
  ((await statsOf(socketPath, container))?.cpu_stats.cpu_usage.total_usage ?? 0) / 1e9;

/** Looks at every running container of a stack; one that goes meanwhile is left out. */
export async function readUsage(deps: EngineDeps): Promise<Usage[]> {
  const looks = (await listRunning(deps)).map(async ({ id, name, service }): Promise<Usage[]> => {
    const seen = await statsOf(deps.socketPath, id);
    if (!seen) return [];
    const { cpu_usage, throttling_data } = seen.cpu_stats;
    return [
      {
        service,
        name,
        cpuSeconds: cpu_usage.total_usage / 1e9,
        memoryBytes: resident(seen.memory_stats),
        throttledSeconds: (throttling_data?.throttled_time ?? 0) / 1e9,
      },
    ];
  });
  return (await Promise.all(looks)).flat();
}
