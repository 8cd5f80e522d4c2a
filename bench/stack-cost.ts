import { readUsage } from '../scripts/src/load/engine.ts';

/** What each service of a project took: CPU in µs a request, and seconds in which it was kept from its CPUs. */
export type Cost = Record<string, { micros: number; throttledSeconds: number }>;

const socketPath = '/var/run/docker.sock';

/** Follows a project's services from now on; the answer tells what they took for so many requests. */
export async function startCost(project: string) {
  const totals = async () => {
    const sums: Record<string, { cpu: number; throttled: number }> = {};
    for (const { service, cpuSeconds, throttledSeconds } of await readUsage({ socketPath, project })) {
      const name = service.replace(/-\d+$/, '');
      const sum = sums[name] ?? { cpu: 0, throttled: 0 };
      sums[name] = { cpu: sum.cpu + cpuSeconds, throttled: sum.throttled + throttledSeconds };
    }
    return sums;
  };
  const before = await totals();
  return async (requests: number): Promise<Cost> =>
    Object.fromEntries(
      Object.entries(await totals()).map(([name, { cpu, throttled }]) => {
        const was = before[name] ?? { cpu: 0, throttled: 0 };
        return [name, { micros: ((cpu - was.cpu) / requests) * 1e6, throttledSeconds: throttled - was.throttled }];
      }),
    );
}
