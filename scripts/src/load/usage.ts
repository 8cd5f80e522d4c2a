import type { Usage } from './engine.ts';

/** All containers at one moment of a run. */
export type Look = {
  seconds: number;
  containers: readonly Usage[];
  /** Batches of clicks that wait, where this look was for them as well. */
  waiting?: number | undefined;
};

export type ServiceUse = {
  service: string;
  /** CPUs in use on average and at most between two looks; a container that was replaced counts with what was seen. */
  cpus: number;
  cpusMost: number;
  /** Share of the time in which the limit held it back. */
  throttled: number;
  memoryFirst: number;
  memoryLast: number;
  memoryMost: number;
  /** Bytes a minute, by least squares over all looks, and the standard error of that: within twice of it nothing grows. */
  memorySlope: number;
  memoryNoise: number;
};

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

/** Slope of the line with the least squares through the points. */
export function slope(points: readonly (readonly [number, number])[]): number {
  const n = points.length;
  if (n < 2) return 0;
  const meanX = sum(points.map(([x]) => x)) / n;
  const meanY = sum(points.map(([, y]) => y)) / n;
  const spread = sum(points.map(([x]) => (x - meanX) ** 2));
  return spread === 0 ? 0 : sum(points.map(([x, y]) => (x - meanX) * (y - meanY))) / spread;
}

/** Standard error of the slope: how steep a line may look by chance. */
export function slopeNoise(points: readonly (readonly [number, number])[]): number {
  const n = points.length;
  if (n < 3) return 0;
  const steep = slope(points);
  const meanX = sum(points.map(([x]) => x)) / n;
  const meanY = sum(points.map(([, y]) => y)) / n;
  const spread = sum(points.map(([x]) => (x - meanX) ** 2));
  const left = sum(points.map(([x, y]) => (y - meanY - steep * (x - meanX)) ** 2));
  return spread === 0 ? 0 : Math.sqrt(left / (n - 2) / spread);
}

/** Looks at what came after the warm-up. k6 takes a while until it begins, so the end is what it is counted from. */
export function afterWarmUp(looks: readonly Look[], warmUp: number, seconds: number): Look[] {
  const start = Math.max(warmUp, (looks.at(-1)?.seconds ?? 0) - seconds);
  return looks.filter((look) => look.seconds >= start);
}

/** Growth of a counter between two looks, over the containers that are in both. */
function grown(before: Look, after: Look, service: string, pick: (usage: Usage) => number): number {
  const was = new Map(before.containers.map((usage) => [usage.name, usage] as const));
  const both = after.containers.filter((usage) => usage.service === service && was.has(usage.name));
  return sum(both.map((usage) => Math.max(0, pick(usage) - pick(was.get(usage.name) ?? usage))));
}

/** CPUs that a service has used between each look and the next. */
export const cpusOf = (looks: readonly Look[], service: string): { seconds: number; cpus: number }[] =>
  looks.slice(1).flatMap((after, index) => {
    const before = looks[index];
    if (!before || after.seconds <= before.seconds) return [];
    const used = grown(before, after, service, ({ cpuSeconds }) => cpuSeconds);
    return [{ seconds: after.seconds, cpus: used / (after.seconds - before.seconds) }];
  });

/** Replicas at each look. */
export const replicasAt = (look: Look): number => look.containers.filter(({ service }) => service === 'app').length;

export type Replicas = { first: number; most: number; last: number };

/** How many replicas there were over a run; undefined where nobody looked. */
export function replicasOver(looks: readonly Look[]): Replicas | undefined {
  const counts = looks.map(replicasAt);
  const [first] = counts;
  const last = counts.at(-1);
  return first === undefined || last === undefined ? undefined : { first, most: Math.max(...counts), last };
}

const memoryAt = (look: Look, service: string): number =>
  sum(look.containers.filter((usage) => usage.service === service).map(({ memoryBytes }) => memoryBytes));

/** What each service used over a run. */
export function servicesUse(looks: readonly Look[]): ServiceUse[] {
  const first = looks[0];
  const last = looks.at(-1);
  if (!first || !last || last.seconds <= first.seconds) return [];
  const names = [...new Set(looks.flatMap(({ containers }) => containers.map(({ service }) => service)))].toSorted();
  const length = last.seconds - first.seconds;
  return names.map((service) => {
    const each = cpusOf(looks, service);
    const held = looks
      .slice(1)
      .map((look, at) => grown(looks[at] ?? look, look, service, (use) => use.throttledSeconds));
    const memory = looks.map((look) => [look.seconds / 60, memoryAt(look, service)] as const);
    return {
      service,
      cpus:
        sum(looks.slice(1).map((look, at) => grown(looks[at] ?? look, look, service, (use) => use.cpuSeconds))) /
        length,
      cpusMost: Math.max(0, ...each.map(({ cpus }) => cpus)),
      throttled: sum(held) / length,
      memoryFirst: memoryAt(first, service),
      memoryLast: memoryAt(last, service),
      memoryMost: Math.max(...memory.map(([, bytes]) => bytes)),
      memorySlope: slope(memory),
      memoryNoise: slopeNoise(memory),
    };
  });
}
