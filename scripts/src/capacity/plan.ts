import { type Coefficients, type Micros, services } from './coefficients.ts';
import { type Disk, daysOfMonth, diskFor } from './disk.ts';
import type { Figures, Profile } from './profiles.ts';

/** What is expected of a service. */
export type Demand = {
  /** Redirects a second at the busiest moment; of them the share that a replica knows. */
  rate: number;
  hitRatio: number;
  /** Creates a second at the busiest moment. */
  creates: number;
  /** On average: what is kept and what leaves the machine comes from these, CPU from the busiest moment. */
  clicksPerDay: number;
  /** Links with a click on a usual day. */
  linksPerDay: number;
  urls: number;
  /** Months of events; 0 keeps all. */
  retention: number;
  /** What runs beside the service. */
  profile: Profile;
};

/** Seconds. */
export const day = 86_400;

/** Microseconds of CPU that a redirect takes of a service, on average. */
export const redirectMicros = ({ cpu }: Coefficients, hitRatio: number, service: keyof Micros): number =>
  cpu.hit[service] + cpu.miss[service] * (1 - hitRatio);

const allMicros = (coefficients: Coefficients, hitRatio: number): number =>
  services.reduce((sum, service) => sum + redirectMicros(coefficients, hitRatio, service), 0);

/** CPUs of monitoring in a profile. */
const monitoringCpus = ({ cpu }: Coefficients, profile: Profile): number =>
  profile === 'core' ? 0 : cpu.monitoring[profile];

type Machine = {
  cores: number;
  hitRatio: number;
  profile: Profile;
  /** Microseconds of a redirect that go to somebody else, such as a generator. */
  foreign?: number;
};

/** Redirects a second that a machine bears. */
export function bearable(coefficients: Coefficients, { cores, hitRatio, profile, foreign = 0 }: Machine): number {
  const { idle, usable } = coefficients.cpu;
  const left = cores * usable - idle - monitoringCpus(coefficients, profile);
  return Math.max(0, (left * 1e6) / (allMicros(coefficients, hitRatio) + foreign));
}

/** What the measured climb should have found, and how far off that is, as a share; undefined where there was none. */
export function predictBreakpoint(coefficients: Coefficients): { perSecond: number; off: number } | undefined {
  if (!coefficients.breakpoint) return undefined;
  const { cores, hitRatio, generatorMicros, perSecond: measured } = coefficients.breakpoint;
  const perSecond = bearable(coefficients, { cores, hitRatio, profile: 'core', foreign: generatorMicros });
  return { perSecond, off: perSecond / measured - 1 };
}

export type Plan = {
  cpus: Record<keyof Micros | 'idle' | 'monitoring' | 'all', number>;
  replicas: number;
  memoryMb: number;
  /** MiB of it for monitoring. */
  monitoringMb: number;
  connections: number;
  disk: Disk;
  transferTb: number;
};

function cpusFor(coefficients: Coefficients, { rate, hitRatio, creates, profile }: Demand): Plan['cpus'] {
  const { create, idle } = coefficients.cpu;
  const each = services.map((service) => {
    const micros = rate * redirectMicros(coefficients, hitRatio, service) + creates * create[service];
    return [service, micros / 1e6] as const;
  });
  const monitoring = monitoringCpus(coefficients, profile);
  const all = each.reduce((total, [, cpus]) => total + cpus, idle + monitoring);
  return { ...(Object.fromEntries(each) as Record<keyof Micros, number>), idle, monitoring, all };
}

/** Replicas that keep each below the share at which the autoscaler adds one. */
const replicasFor = ({ replica }: Coefficients, appCpus: number): number =>
  Math.max(replica.fewest, Math.ceil(appCpus / (replica.cpus * replica.targetShare)));

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
    disk: diskFor(coefficients, demand),
    transferTb: (demand.clicksPerDay * daysOfMonth * network.redirect) / 1e12,
  };
}
