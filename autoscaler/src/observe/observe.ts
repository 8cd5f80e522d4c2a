import type { Container, ContainerId, Engine } from '../engine/engine.ts';
import {
  type Host,
  known,
  type Observation,
  type ObservedReplica,
  type Reading,
  type ReadyPage,
  unknownAfter,
} from './observation.ts';
import { addressOf, offeredSockets, pageAt } from './reach.ts';
import { addSample, type CpuSample, type CpuUse, latestUse } from './usage.ts';

type Deps = {
  engine: Pick<Engine, 'see' | 'stats'>;
  probe: (url: string, timeout: number, signal: AbortSignal) => Promise<ReadyPage>;
  /** Whether the edge has told since then that the replica at this address answered somebody. */
  answeredSince: (address: string, time: number) => boolean;
  host: (now: number) => Promise<Host>;
  settings: () => { port: number; readyPath: string; probeTimeout: number; socketFolder: string };
  now: () => number;
};

type Memory = { samples: CpuSample[]; use: Reading<CpuUse> | undefined; page: Reading<ReadyPage> | undefined };

/** Where a container has no CPU limit, all of the machine is its limit. */
const limitOf = ({ cpus }: Container, host: Host): number => cpus ?? host.cpus;

/**
 * Looks at everything at once: containers, then a probe and the counters of each running replica in parallel. Rejects
 * only when the engine's list fails; any other failure is a reading that is unknown.
 */
export function createObserve({ engine, probe, answeredSince, host, settings, now }: Deps) {
  let memory = new Map<ContainerId, Memory>();
  let sockets: ReadonlySet<string> = new Set();

  async function page(address: string | null, { state }: Container, last: Memory | undefined, signal: AbortSignal) {
    if (address === null || state !== 'running') return unknownAfter(last?.page, `container ${state}`, now());
    const { probeTimeout, readyPath } = settings();
    try {
      return known(await probe(pageAt(address, readyPath), probeTimeout, signal), now());
    } catch (error) {
      return unknownAfter(last?.page, (error as Error).message, now());
    }
  }

  async function use(container: Container, last: Memory | undefined, machine: Host, signal: AbortSignal) {
    const past = last?.samples ?? [];
    if (container.state !== 'running')
      return { samples: [], use: unknownAfter(last?.use, `container ${container.state}`, now()) };
    try {
      const samples = addSample(past, await engine.stats(container.id, signal));
      const value = latestUse(samples, limitOf(container, machine));
      return { samples, use: value ? known(value, now()) : unknownAfter(last?.use, 'too few samples', now()) };
    } catch (error) {
      return { samples: past, use: unknownAfter(last?.use, (error as Error).message, now()) };
    }
  }

  return async (signal: AbortSignal): Promise<Observation> => {
    const [seen, machine] = await Promise.all([engine.see(signal), host(now())]);
    sockets = await offeredSockets(settings(), seen.edge, sockets);
    const asked = now();
    const next = new Map<ContainerId, Memory>();
    const replicas = await Promise.all(
      seen.replicas.map(async (container): Promise<ObservedReplica> => {
        const last = memory.get(container.id);
        const address = addressOf(container, sockets, settings());
        const reading = page(address, container, last, signal);
        const [answer, cpu] = await Promise.all([reading, use(container, last, machine, signal)]);
        next.set(container.id, { ...cpu, page: answer });
        const answers = answer.kind === 'known' || (address !== null && answeredSince(address, asked));
        return { container, address, page: answer, use: cpu.use, answers };
      }),
    );
    memory = next;
    return { at: now(), replicas, templates: seen.templates, edge: { container: seen.edge }, host: machine };
  };
}
