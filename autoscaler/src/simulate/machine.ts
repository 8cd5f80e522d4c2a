/** The machine that is simulated, and the replicas on it. Times in seconds. */
export type Machine = {
  /** CPUs that are there for replicas. */
  cpus: number;
  /** CPU limit of a replica. */
  limit: number;
  /** From the decision until the replica serves. */
  startUp: number;
  /** Share of its capacity beyond which requests queue so long that the latency objective is missed. */
  knee: number;
};

export const droplet: Machine = { cpus: 2, limit: 0.5, startUp: 3, knee: 0.95 };

/** What the serving replicas can do in a second, in CPUs. */
export const capacity = ({ cpus, limit }: Machine, serving: number): number => Math.min(cpus, serving * limit);

/** Each replica's use of its limit. A starved machine shows less than the load would need: that is what scalers see. */
export const useOf = (machine: Machine, serving: number, cpus: number): number =>
  serving === 0 ? 0 : Math.min(cpus, capacity(machine, serving)) / (serving * machine.limit);

/** Whether a second of this load misses its objective. */
export const isLost = (machine: Machine, serving: number, cpus: number): boolean =>
  cpus > capacity(machine, serving) * machine.knee;
