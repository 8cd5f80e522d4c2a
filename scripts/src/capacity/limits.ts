import type { Coefficients, RentedMachine } from './coefficients.ts';
import type { Plan } from './plan.ts';

/** One thing that a machine has a certain amount of. */
export type Limit = { what: string; used: number; has: number; unit: string; change: string };

/** Every limit of a machine with what a plan uses of it, the fullest first. */
export function limitsOf(coefficients: Coefficients, plan: Plan, machine: RentedMachine): Limit[] {
  const { cpu, connections } = coefficients;
  const limits: Limit[] = [
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
      used: plan.diskGb.afterYear,
      has: machine.diskGb * 0.8,
      unit: 'GiB',
      change: 'fewer months in EVENT_RETENTION_MONTHS, or a volume for Postgres',
    },
    {
      what: 'Postgres connections',
      used: plan.connections,
      has: connections.most,
      unit: 'connections',
      change: 'a smaller DATABASE_POOL_SIZE with CONNECTIONS_PER_REPLICA, before max_connections',
    },
    {
      what: 'transfer a month',
      used: plan.transferTb,
      has: machine.transferTb,
      unit: 'TB',
      change: 'nothing to change: more of it is paid for',
    },
  ];
  return limits.toSorted((one, other) => other.used / other.has - one.used / one.has);
}

/** Whether a machine bears a plan. */
export const bears = (limits: readonly Limit[]): boolean => limits.every(({ used, has }) => used <= has);

/** The cheapest machine that bears a plan; undefined where one machine is not enough. */
export const cheapest = (coefficients: Coefficients, plan: Plan): RentedMachine | undefined =>
  coefficients.machines.list
    .toSorted((one, other) => one.dollars - other.dollars)
    .find((machine) => bears(limitsOf(coefficients, plan, machine)));
