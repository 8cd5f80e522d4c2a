import { isWanted, messageOf, type Recent, type Wanted } from './message.ts';

/** One open stream. */
export type Viewer = {
  readonly wanted: Wanted;
  /** Whether it may still be told. */
  allowed(): Promise<boolean>;
  send(text: string): void;
  end(): void;
};

/**
 * A stream ends by itself and is asked for again, at whichever replica: one that drains, or an old nginx worker, is rid
 * of its streams within this time. In milliseconds.
 */
const life = 15_000;

/** All who watch, and what each is told. */
export function createAudience(now: () => number, onViewers: (count: number) => void) {
  const viewers = new Map<Viewer, { until: number }>();
  return {
    get size() {
      return viewers.size;
    },
    add(viewer: Viewer): void {
      viewers.set(viewer, { until: now() + life });
      onViewers(viewers.size);
    },
    remove(viewer: Viewer): void {
      if (viewers.delete(viewer)) onViewers(viewers.size);
    },
    endAll(): void {
      for (const viewer of viewers.keys()) viewer.end();
    },
    endOld(): void {
      for (const [viewer, { until }] of viewers) if (now() >= until) viewer.end();
    },
    /** Rid of those whose key is revoked, or who signed out. */
    async endRefused(): Promise<void> {
      const check = async (viewer: Viewer) => (await viewer.allowed()) || viewer.end();
      await Promise.all([...viewers.keys()].map(check));
    },
    tellAll(text: string): void {
      for (const viewer of viewers.keys()) viewer.send(text);
    },
    tell(recent: readonly Recent[]): void {
      const texts = recent.map((one) => [one, messageOf('event', one.event, one.event.id)] as const);
      for (const viewer of viewers.keys()) {
        for (const [one, text] of texts) if (isWanted(one, viewer.wanted)) viewer.send(text);
      }
    },
  };
}
