import { setTimeout as sleep } from 'node:timers/promises';
import type { Backup } from './backup.ts';
import { isOutlived } from './before.ts';
import type { Query } from './cluster.ts';
import type { DrillRecord } from './drill-record.ts';
import type { Knowledge } from './exposition.ts';
import { createGlance } from './glance.ts';
import type { Lineage } from './lineage.ts';
import type { Repository } from './pgbackrest.ts';
import { dueBackup, isDrillDue, type Schedule } from './schedule.ts';

type Deps = {
  repository: Pick<Repository, 'adopt' | 'create' | 'list' | 'make' | 'places'>;
  lineage: Pick<Lineage, 'has'>;
  /** What is kept from before the last renewal of the passphrase. */
  before: () => Promise<Pick<Repository, 'list' | 'remove'> | undefined>;
  record: DrillRecord;
  live: Query;
  /** Throws what is wrong with the backups; answers seconds. */
  drill: () => Promise<number>;
  schedule: Schedule & { drillHour: number; keep: number };
  now: () => number;
  log: (message: string, more?: Record<string, unknown>) => void;
};

export type Keeper = {
  /** Makes what is due until the signal aborts; a failure is told, and tried again later. */
  run(signal: AbortSignal): Promise<void>;
  /** One drill now; throws what it found. */
  prove(): Promise<void>;
  know(): Promise<Knowledge>;
};

const usualPause = 60_000;
/** What failed is not tried at once again: it costs the machine as much as what works. */
const pauseAfterFailure = 600_000;
const archiver = `select coalesce(extract(epoch from last_archived_time), 0), failed_count from pg_stat_archiver`;

/**
 * Every place takes what serves now. Where they know the cluster from before an upgrade, nothing is archived: whoever made
 * the upgrade may have been killed before it asked for that, or storage elsewhere was away.
 */
async function begin({ repository, lineage, live, log }: Deps): Promise<void> {
  try {
    await repository.create();
  } catch (error) {
    if (!(await lineage.has(live))) throw error;
    await repository.adopt();
    log('the backups are those of what serves now');
  }
}

/** Makes what is due at one place. */
async function backUp({ repository, schedule, now, log }: Deps, place: number): Promise<void> {
  const kind = dueBackup(await repository.list(place), Math.floor(now() / 1_000), schedule);
  if (!kind) return;
  log('a backup begins', { kind, repository: place });
  await repository.make(kind, place);
  log('the backup is made', { kind, repository: place });
}

/** Runs one thing; what fails is told and counted. */
type Attempt = (what: 'backup' | 'drill', task: () => Promise<void>) => Promise<boolean>;

/** Each place by itself: one that is away keeps nobody from the other, and catches up. */
async function backUpAll(deps: Deps, attempt: Attempt): Promise<{ some: boolean; all: boolean }> {
  let places: number[] = [];
  const begun = await attempt('backup', () => begin(deps));
  const found = await attempt('backup', async () => {
    places = await deps.repository.places();
  });
  const results: boolean[] = [];
  for (const place of places) results.push(await attempt('backup', () => backUp(deps, place)));
  return { some: results.includes(true), all: begun && found && results.every(Boolean) };
}

/** Removes what is from before the last renewal, once there are as many backups since as are kept. */
async function removeOutlived({ repository, before, schedule, log }: Deps): Promise<void> {
  const old = await before();
  if (!old || (await old.list()).length === 0) return;
  if (!isOutlived(await repository.places(), await repository.list(), schedule.keep)) return;
  await old.remove();
  log('backups from before the last renewal of the passphrase are removed');
}

/** The same; where it cannot be read, that is told, and neither a backup nor a drill fails by it. */
async function tidyUp(deps: Deps): Promise<boolean> {
  try {
    await removeOutlived(deps);
    return true;
  } catch (error) {
    deps.log('what is kept from before the last renewal cannot be looked at', { error: (error as Error).message });
    return false;
  }
}

function createAttempt(failures: Record<'backup' | 'drill', number>, log: Deps['log']): Attempt {
  return async (what, task) => {
    try {
      await task();
      return true;
    } catch (error) {
      failures[what] += 1;
      log(`the ${what} failed`, { error: (error as Error).message });
      return false;
    }
  };
}

/** What every place has. One that cannot be read now has what it had: it may be away. */
function createLook(repository: Deps['repository']) {
  const had = new Map<number, Backup[]>();
  return async () => {
    const [backups, places] = await Promise.all([repository.list(), repository.places()]);
    for (const place of places) {
      const found = backups.filter((backup) => backup.repository === place);
      if (found.length > 0) had.set(place, found);
    }
    return { places, backups: places.flatMap((place) => had.get(place) ?? []) };
  };
}

/** Keeps backups: makes them when they are due, and proves each night that they can be restored. */
export function createKeeper(deps: Deps): Keeper {
  const { repository, record, live, drill, schedule, now, log } = deps;
  const failures = { backup: 0, drill: 0 };
  const attempt = createAttempt(failures, log);
  const seconds = () => Math.floor(now() / 1_000);
  const kept = createGlance(createLook(repository), now);
  async function prove(): Promise<void> {
    const before = await record.read();
    await record.write({ goodAt: 0, seconds: 0, ...before, at: seconds() });
    const took = await drill();
    await record.write({ at: seconds(), goodAt: seconds(), seconds: took });
    log('the drill is passed', { seconds: took });
  }
  const proveWhenDue = async (): Promise<void> => {
    if (isDrillDue((await record.read())?.at, seconds(), schedule.drillHour)) await prove();
  };
  const once = async (): Promise<boolean> => {
    const made = await backUpAll(deps, attempt);
    const proved = made.some && (await attempt('drill', proveWhenDue));
    return (await tidyUp(deps)) && proved && made.all;
  };
  return {
    prove,
    async run(signal) {
      while (!signal.aborted) {
        const good = await once();
        await sleep(good ? usualPause : pauseAfterFailure, undefined, { signal }).catch(() => {});
      }
    },
    async know() {
      const [{ backups, places }, result, [row]] = await Promise.all([kept(), record.read(), live(archiver)]);
      const [archivedAt, archiveFailures] = [Number(row?.[0] ?? 0), Number(row?.[1] ?? 0)];
      return { backups, places, drill: result, archivedAt, archiveFailures, failures };
    },
  };
}
