import type { Coefficients, RentedMachine } from './coefficients.ts';
import { gibOf } from './disk.ts';
import type { Plan } from './plan.ts';

/** One thing that there is a certain amount of: of a machine, or as a setting allows it. */
export type Limit = {
  kind: 'machine' | 'setting';
  what: string;
  used: number;
  has: number;
  unit: string;
  change: string;
};

function machineLimits({ cpu }: Coefficients, plan: Plan, machine: RentedMachine): Omit<Limit, 'kind'>[] {
  return [
    {
      what: 'CPU',
      used: plan.cpus.all,
      has: machine.cores * cpu.usable,
      unit: 'CPUs',
      change: 'a machine with more cores, and AUTOSCALER_MAX and NGINX_CPUS with it',
    },
    {
      what: 'memory',
      used: plan.memoryMb,
      has: machine.memoryMb,
      unit: 'MiB',
      change: 'a machine with more memory, and AUTOSCALER_MEMORY_RESERVE_MB with it',
    },
    {
      what: 'disk after a year',
      used: plan.disk.afterYear.all,
      has: gibOf(machine.diskGb * 1e9) * 0.8,
      unit: 'GiB',
      change: 'fewer months in EVENT_RETENTION_MONTHS, a smaller BACKUP_KEEP, or a volume for Postgres and its backups',
    },
    {
      what: 'transfer a month',
      used: plan.transferTb,
      has: machine.transferTb,
      unit: 'TB',
      change: 'nothing to change: more of it is paid for',
    },
  ];
}

/** What the stack allows itself as it comes, however large the machine is. */
function settingLimits({ bounds, connections, cpu }: Coefficients, plan: Plan): Omit<Limit, 'kind'>[] {
  return [
    {
      what: 'Postgres connections',
      used: plan.connections,
      has: connections.most,
      unit: 'connections',
      change: 'a smaller DATABASE_POOL_SIZE with CONNECTIONS_PER_REPLICA, before max_connections',
    },
    {
      what: 'replicas',
      used: plan.replicas,
      has: bounds.replicas,
      unit: 'replicas',
      change:
        'a larger AUTOSCALER_MAX, with a CONNECTIONS_PER_REPLICA and DATABASE_POOL_SIZE that leave each its connections',
    },
    {
      what: 'CPU of nginx',
      used: plan.cpus.nginx,
      has: bounds.nginxCpus * cpu.usable,
      unit: 'CPUs',
      change: 'a larger NGINX_CPUS',
    },
    {
      what: 'CPU of Postgres',
      used: plan.cpus.postgres,
      has: bounds.postgresCpus * cpu.usable,
      unit: 'CPUs',
      change: 'a larger POSTGRES_CPUS',
    },
  ];
}

/** Every limit of a machine and of the stack on it with what a plan uses of it, the fullest first. */
export function limitsOf(coefficients: Coefficients, plan: Plan, machine: RentedMachine): Limit[] {
  const limits = [
    ...machineLimits(coefficients, plan, machine).map((limit) => ({ kind: 'machine', ...limit }) as const),
    ...settingLimits(coefficients, plan).map((limit) => ({ kind: 'setting', ...limit }) as const),
  ];
  return limits.toSorted((one, other) => other.used / other.has - one.used / one.has);
}

const isOver = ({ used, has }: Limit): boolean => used > has;

/** Whether a machine bears a plan, with other settings if need be. */
export const bears = (limits: readonly Limit[]): boolean =>
  !limits.some((limit) => limit.kind === 'machine' && isOver(limit));

/** Settings that are to be changed before a machine bears a plan. */
export const tooTight = (limits: readonly Limit[]): Limit[] =>
  limits.filter((limit) => limit.kind === 'setting' && isOver(limit));

/** The cheapest machine that bears a plan; undefined where one machine is not enough. */
export const cheapest = (coefficients: Coefficients, plan: Plan): RentedMachine | undefined =>
  coefficients.machines.list
    .toSorted((one, other) => one.dollars - other.dollars)
    .find((machine) => bears(limitsOf(coefficients, plan, machine)));
