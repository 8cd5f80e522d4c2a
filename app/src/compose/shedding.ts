import { createShedding, noShedding, type Shedding } from '../limits/shedding.ts';
import { watchLateness } from '../platform/lateness.ts';
import type { Core } from './core.ts';

/** Refuses what a replica that cannot keep up would answer too late. */
export function composeShedding({ config, metrics }: Core, stack: AsyncDisposableStack): Shedding {
  if (!config.shedding) return noShedding;
  const shedding = createShedding((work) => metrics.shed.inc({ work }));
  stack.use(watchLateness(shedding.note));
  return shedding;
}
