import { createAudience, type Viewer } from './audience.ts';
import { messageOf } from './message.ts';
import type { Tail } from './tail.ts';

type Deps = {
  tail: Tail;
  /** How the service is, as viewers are told. */
  health: () => Promise<unknown>;
  draining: () => boolean;
  /** Monotonic milliseconds. */
  now: () => number;
  onViewers: (count: number) => void;
};

export type Hub = {
  /** Whether as many watch as may. */
  readonly full: boolean;
  /** Tells the viewer all that follows, and answers the id that it follows; undefined while Postgres is away. */
  join(viewer: Viewer): Promise<number | undefined>;
  leave(viewer: Viewer): void;
  /** Looks for news once; does nothing while nobody watches. */
  tick(): Promise<void>;
};

/** Streams that a replica holds open at once. */
const mostViewers = 100;
const betweenHealth = 2_000;
const skippedText = messageOf('skipped', { reason: 'more happened than was told' });

/** How the service is, asked for once in a while, whoever wants to know. */
function createReport(health: Deps['health'], now: () => number) {
  let askedAt = Number.NEGATIVE_INFINITY;
  let last = Promise.resolve('');
  const isOld = (): boolean => now() - askedAt >= betweenHealth;
  const ask = async (): Promise<string> => messageOf('health', await health());
  return {
    isOld,
    text(): Promise<string> {
      if (!isOld()) return last;
      askedAt = now();
      last = ask();
      return last;
    },
  };
}

/** One look at the history for all who watch. Nobody watches: it rests. */
export function createHub({ tail, health, draining, now, onViewers }: Deps): Hub {
  const audience = createAudience(now, onViewers);
  const report = createReport(health, now);
  let joining = 0;

  /** Without Postgres there are no events, and the viewer is told why. */
  const ready = async (): Promise<void> => {
    joining += 1;
    if (tail.position === undefined) await tail.start().catch(() => {});
    joining -= 1;
  };
  const look = async (): Promise<void> => {
    const late = tail.position === undefined;
    if (late) await tail.start();
    const { recent, skipped } = await tail.read();
    // After the reading: what happened since a key was revoked is told to nobody who has it.
    await audience.endRefused();
    if (late || skipped) audience.tellAll(skippedText);
    audience.tell(recent);
  };
  const tellHealth = async (): Promise<void> => {
    if (report.isOld()) audience.tellAll(await report.text());
  };

  return {
    get full() {
      return audience.size + joining >= mostViewers;
    },
    async join(viewer) {
      await ready();
      audience.add(viewer);
      viewer.send(await report.text());
      return tail.position;
    },
    leave: audience.remove,
    async tick() {
      if (draining()) return audience.endAll();
      if (audience.size + joining === 0) return tail.rest();
      audience.endOld();
      if (audience.size > 0) await look().finally(tellHealth);
    },
  };
}
