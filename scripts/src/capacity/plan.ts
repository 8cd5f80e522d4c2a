import { type Coefficients, type Micros, services } from './coefficients.ts';
import type { Figures, Profile } from './profiles.ts';

/** What is expected of a service. */
export type Demand = {
  /** Redirects a second at the busiest moment; of them the share that a replica knows. */
  rate: number;
  hitRatio: number;
  /** Creates a second at the busiest moment. */
  creates: number;
  clicksPerDay: number;
  /** Links with a click on a usual day. */
  linksPerDay: number;
  urls: number;
  /** Months of events; 0 keeps all. */
  retention: number;
  /** What runs beside the service. */
  profile: Profile;
};

const day = 86_400;
const daysOfMonth = 30.4;
const gigabyte = 2 ** 30;

/** Microseconds of CPU that a redirect takes of a service, on average. */
export const redirectMicros = ({ cpu }: Coefficients, hitRatio: number, service: keyof Micros): number =>
  cpu.hit[service] + cpu.miss[service] * (1 - hitRatio);

const allMicros = (coefficients: Coefficients, hitRatio: number): number =>
  services.reduce((sum, service) => sum + redirectMicros(coefficients, hitRatio, service), 0);

/** Redirects a second that so many cores bear; `foreign` microseconds of each go to somebody else, such as a generator. */
export const bearable = (coefficients: Coefficients, cores: number, hitRatio: number, foreign = 0): number => {
  const { idle, usable } = coefficients.cpu;
  return Math.max(0, ((cores * usable - idle) * 1e6) / (allMicros(coefficients, hitRatio) + foreign));
};

/** What the measured climb should have found, and how far off that is, as a share; undefined where there was none. */
export function predictBreakpoint(coefficients: Coefficients): { perSecond: number; off: number } | undefined {
  if (!coefficients.breakpoint) return undefined;
  const { cores, hitRatio, generatorMicros, perSecond: measured } = coefficients.breakpoint;
  const perSecond = bearable(coefficients, cores, hitRatio, generatorMicros);
  return { perSecond, off: perSecond / measured - 1 };
}

export type Plan = {
  cpus: Record<keyof Micros | 'idle' | 'all', number>;
  replicas: number;
  memoryMb: number;
  /** MiB of it for monitoring. */
  monitoringMb: number;
  connections: number;
  diskGb: { fixed: number; urls: number; afterDay: number; afterMonth: number; afterYear: number };
  transferTb: number;
};

function cpusFor(coefficients: Coefficients, { rate, hitRatio, creates }: Demand): Plan['cpus'] {
  const { create, idle } = coefficients.cpu;
  const each = services.map((service) => {
    const micros = rate * redirectMicros(coefficients, hitRatio, service) + creates * create[service];
    return [service, micros / 1e6] as const;
  });
  const sum = each.reduce((total, [, cpus]) => total + cpus, idle);
  return { ...(Object.fromEntries(each) as Record<keyof Micros, number>), idle, all: sum };
}

/** Replicas that keep each below the share at which the autoscaler adds one. */
const replicasFor = ({ replica }: Coefficients, appCpus: number): number =>
  Math.max(replica.fewest, Math.ceil(appCpus / (replica.cpus * replica.targetShare)));

function diskFor({ disk }: Coefficients, { clicksPerDay, linksPerDay, urls, retention }: Demand): Plan['diskGb'] {
  const perDay = (clicksPerDay * disk.click) / gigabyte;
  const sumsPerDay = (linksPerDay * disk.linkDay) / gigabyte;
  const fixed = disk.system + disk.wal + disk.logs;
  const ofUrls = (urls * disk.url) / gigabyte;
  const after = (days: number) => {
    const kept = retention === 0 ? days : Math.min(days, (retention + 1) * daysOfMonth);
    return fixed + ofUrls + kept * perDay + days * sumsPerDay;
  };
  return {
    fixed,
    urls: ofUrls,
    afterDay: after(1),
    afterMonth: after(daysOfMonth),
    afterYear: after(12 * daysOfMonth),
  };
}

/** What a demand takes of a machine. */
export function planFor(coefficients: Figures, demand: Demand): Plan {
  const cpus = cpusFor(coefficients, demand);
  const replicas = replicasFor(coefficients, cpus.app);
  const { memory, replica, connections, network } = coefficients;
  const monitoringMb = coefficients.monitoringMb[demand.profile];
  return {
    cpus,
    replicas,
    memoryMb: memory.system + memory.fixed + replicas * memory.replica + monitoringMb,
    monitoringMb,
    connections: connections.reserve + replicas * replica.connections,
    diskGb: diskFor(coefficients, demand),
    transferTb: (Math.max(demand.clicksPerDay, (demand.rate * day) / 4) * daysOfMonth * network.redirect) / 1e12,
  };
}
