import { createShedding, noShedding, type Shedding, type Work } from '../limits/shedding.ts';
import { watchLateness } from '../platform/lateness.ts';
import type { Core } from './core.ts';

/** Refuses what a replica that cannot keep up would answer too late. */
export function composeShedding({ config, connectionWaits, metrics }: Core, stack: AsyncDisposableStack): Shedding {
  if (!config.shedding) return noShedding;
  const countRefused = (work: Work) => metrics.shed.inc({ work });
  const shedding = createShedding({ countRefused, longestWait: config.databaseTimeout });
  stack.use(watchLateness((lateness) => shedding.note({ lateness, wait: connectionWaits.take() })));
  return shedding;
}
