import type { ContainerUse, RunningContainer } from '../engine/container-use.ts';
import type { Engine } from '../engine/engine.ts';

/** A container of the project and what it uses now. */
export type UsedContainer = RunningContainer & ContainerUse;

/** How often the use of all containers is read, in milliseconds. */
const period = 10_000;

/**
 * One look at what every container of the project uses, in parallel; answers the milliseconds until the next. One that
 * cannot be read, as it just ended, is left out; rejects when the engine gives no list.
 */
export const createContainerLook =
  (engine: Pick<Engine, 'running' | 'containerUse'>, tell: (containers: readonly UsedContainer[]) => void) =>
  async (signal: AbortSignal): Promise<number> => {
    const running = await engine.running(signal);
    const read = async (container: RunningContainer): Promise<UsedContainer[]> =>
      engine.containerUse(container.id, signal).then(
        (use) => [{ ...container, ...use }],
        () => [],
      );
    tell((await Promise.all(running.map(read))).flat());
    return period;
  };
