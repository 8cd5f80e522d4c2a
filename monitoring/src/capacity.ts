import capacity from '../../docs/capacity.json' with { type: 'json' };

const { hit, usable } = capacity.cpu;
const aSecond = 1_000_000;

const microsOf = (services: Readonly<Record<string, number>>): number =>
  Object.values(services).reduce((sum, micros) => sum + micros, 0);

/** Redirects a second of links that replicas know, their clicks included, that a core carries with all services on it. */
export const carriedByCore: number = Math.floor((usable * aSecond) / microsOf(hit));

/** The same of a replica that takes all the CPU that it may. */
export const carriedByReplica: number = Math.floor((capacity.replica.cpus * aSecond) / hit.app);
