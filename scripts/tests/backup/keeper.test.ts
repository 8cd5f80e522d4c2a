import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { Backup, BackupKind } from '../../src/backup/backup.ts';
import { createDrillRecord } from '../../src/backup/drill-record.ts';
import { createKeeper } from '../../src/backup/keeper.ts';
import { createLineage } from '../../src/backup/lineage.ts';
import { startMetricsServer } from '../../src/backup/metrics-server.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'keeper-'));
});
afterEach(async () => await rm(folder, { recursive: true }));

const now = Date.UTC(2026, 0, 31, 12);
const schedule = { hours: 24, fullDays: 7, drillHour: 3, keep: 2 };

type Change = {
  drill?: () => Promise<number>;
  create?: () => Promise<void>;
  adopt?: () => Promise<void>;
  make?: () => Promise<void>;
  places?: number[];
  unreadable?: number[];
  backups?: Backup[];
  before?: { list: () => Promise<Backup[]>; remove: () => Promise<void> };
};

const full: Backup = {
  label: 'x',
  repository: 1,
  kind: 'full',
  start: now / 1_000,
  stop: now / 1_000 + 60,
  size: 1_000,
  stored: 100,
  damaged: false,
};

/** What the tools outside would answer; everything of ours is real. */
function open(change: Change = {}) {
  const backups = [...(change.backups ?? [])];
  const said: string[] = [];
  const stop = new AbortController();
  const done = Promise.withResolvers<void>();
  const keeper = createKeeper({
    repository: {
      create: change.create ?? (async () => {}),
      adopt: change.adopt ?? (async () => Promise.reject(new Error('nobody asked'))),
      list: async (place) => {
        if (place !== undefined && change.unreadable?.includes(place)) throw new Error('cannot be read');
        return backups.filter(({ repository }) => place === undefined || repository === place);
      },
      places: async () => change.places ?? [1],
      make: async (kind: BackupKind, repository: number) => {
        await change.make?.();
        backups.push({ ...full, repository, kind });
      },
    },
    lineage: createLineage({ path: join(folder, 'lineage') }),
    before: async () => change.before,
    record: createDrillRecord({ path: join(folder, 'drill.json') }),
    live: async (sql) => (sql.includes('system_identifier') ? [['18']] : [['1700000000.5', '2']]),
    drill: change.drill ?? (async () => 42),
    schedule,
    now: () => now,
    log: (message) => {
      said.push(message);
      if (/passed|failed/.test(message)) done.resolve();
    },
  });
  return { keeper, said, stop, done: done.promise };
}

async function metrics(know: ReturnType<typeof open>['keeper']['know']): Promise<Record<string, number>> {
  await using server = await startMetricsServer({ port: 0, know });
  const text = await (await fetch(`http://127.0.0.1:${server.port}/metrics`)).text();
  return Object.fromEntries([...text.matchAll(/^(\w+) (\S+)$/gm)].map(([, name, value]) => [name, Number(value)]));
}

test('nothing there yet: every series is 0', async () => {
  const values = await metrics(open().keeper.know);
  expect(values).toMatchObject({
    backup_last_success_timestamp_seconds: 0,
    backup_failures_total: 0,
    restore_drill_last_success_timestamp_seconds: 0,
    backup_wal_archived_timestamp_seconds: 1_700_000_000.5,
    backup_wal_failures_total: 2,
  });
});

test('at its start it makes a full backup, proves it, and tells both', async () => {
  const { keeper, said, stop, done } = open();
  const running = keeper.run(stop.signal);
  await done;
  stop.abort();
  await running;
  expect(said).toEqual(['a backup begins', 'the backup is made', 'the drill is passed']);
  expect(await metrics(keeper.know)).toMatchObject({
    backup_last_success_timestamp_seconds: now / 1_000 + 60,
    backup_last_duration_seconds: 60,
    backup_database_bytes: 1_000,
    backup_stored_bytes: 100,
    backup_kept: 1,
    restore_drill_last_success_timestamp_seconds: now / 1_000,
    restore_drill_duration_seconds: 42,
  });
});

test.each([
  ['backup', { make: async () => Promise.reject(new Error('disk full')) }, 'backup_failures_total'],
  ['drill', { drill: async () => Promise.reject(new Error('differs')) }, 'restore_drill_failures_total'],
] as const)('a %s that fails is counted and ends nothing', async (what, change, name) => {
  const { keeper, said, stop, done } = open(change);
  const running = keeper.run(stop.signal);
  await done;
  expect(said.at(-1)).toBe(`the ${what} failed`);
  expect(await metrics(keeper.know)).toMatchObject({ [name]: 1, restore_drill_last_success_timestamp_seconds: 0 });
  stop.abort();
  await running;
});

test('storage elsewhere gets a backup of its own, and the figure is that of the place furthest behind', async () => {
  const { keeper, said, stop, done } = open({ places: [1, 2] });
  const running = keeper.run(stop.signal);
  await done;
  stop.abort();
  await running;
  expect(said.filter((line) => line === 'the backup is made')).toHaveLength(2);
  const knowledge = await keeper.know();
  expect(knowledge.backups.map(({ repository }) => repository)).toEqual([1, 2]);
  const without = { ...knowledge, backups: knowledge.backups.slice(0, 1) };
  expect(await metrics(async () => without)).toMatchObject({ backup_last_success_timestamp_seconds: 0 });
});

test('a place that cannot be read → counted, no backup for it, and the other gets its backup and its drill', async () => {
  const { keeper, said, stop, done } = open({ places: [2, 1], unreadable: [2] });
  const running = keeper.run(stop.signal);
  await done;
  stop.abort();
  await running;
  expect(said).toEqual(['the backup failed', 'a backup begins', 'the backup is made', 'the drill is passed']);
  expect((await keeper.know()).backups.map(({ repository }) => repository)).toEqual([1]);
  expect(await metrics(keeper.know)).toMatchObject({ backup_failures_total: 1 });
});

test('a place that cannot be begun, as it is away or has another database → counted, and the other gets its backup and its drill', async () => {
  const create = async () => Promise.reject(new Error('away'));
  const adopted: string[] = [];
  const { keeper, said, stop, done } = open({ create, adopt: async () => void adopted.push('adopted'), places: [1] });
  const running = keeper.run(stop.signal);
  await done;
  while (!said.includes('the drill is passed')) await new Promise(setImmediate);
  stop.abort();
  await running;
  expect(said).toEqual(['the backup failed', 'a backup begins', 'the backup is made', 'the drill is passed']);
  expect([adopted, await metrics(keeper.know)]).toMatchObject([[], { backup_failures_total: 1 }]);
});

test('the places know the cluster from before an upgrade → they take what serves, again until each is there', async () => {
  await createLineage({ path: join(folder, 'lineage') }).add(async () => [['17']]);
  await createLineage({ path: join(folder, 'lineage') }).add(async () => [['18']]);
  let away = true;
  const adopt = async () => (away ? Promise.reject(new Error('elsewhere is away')) : undefined);
  const create = async () => Promise.reject(new Error('do not match the database'));
  const round = async () => {
    const { keeper, said, stop } = open({ create, adopt });
    const running = keeper.run(stop.signal);
    while (said.length === 0) await new Promise(setImmediate);
    stop.abort();
    await running;
    return said[0];
  };
  expect(await round()).toBe('the backup failed');
  away = false;
  expect(await round()).toBe('the backups are those of what serves now');
});

test('what is from before cannot be read → told, and neither backup nor drill suffers', async () => {
  const before = { list: async () => Promise.reject(new Error('another passphrase')), remove: async () => {} };
  const { keeper, said, stop, done } = open({ before });
  const running = keeper.run(stop.signal);
  await done;
  stop.abort();
  await running;
  expect(said.slice(0, 3)).toEqual(['a backup begins', 'the backup is made', 'the drill is passed']);
  expect(said.at(-1)).toMatch(/from before .* cannot be looked at/);
  expect(await metrics(keeper.know)).toMatchObject({ backup_failures_total: 0, restore_drill_failures_total: 0 });
});

test.each([
  ['one since', 1, false],
  ['as many since as are kept', 2, true],
])('backups from before a renewed passphrase, and %s: removed is %s', async (_what, since, gone) => {
  const removed: string[] = [];
  const before = { list: async () => (removed.length > 0 ? [] : [full]), remove: async () => void removed.push('x') };
  const { keeper, stop, done } = open({ backups: Array.from({ length: since }, () => full), before });
  const running = keeper.run(stop.signal);
  await done;
  stop.abort();
  await running;
  expect(removed.length > 0).toBe(gone);
});

test('a drill that fails does not take away when the last one was good', async () => {
  const record = createDrillRecord({ path: join(folder, 'drill.json') });
  await record.write({ at: 5, goodAt: 5, seconds: 9 });
  const { keeper } = open({ drill: async () => Promise.reject(new Error('differs')) });
  await expect(keeper.prove()).rejects.toThrow('differs');
  expect(await record.read()).toEqual({ at: now / 1_000, goodAt: 5, seconds: 9 });
});

test('a repository that cannot be read is no number', async () => {
  const know = async () => Promise.reject(new Error('no repository'));
  await using server = await startMetricsServer({ port: 0, know });
  const answer = await fetch(`http://127.0.0.1:${server.port}/metrics`);
  expect([answer.status, await answer.text()]).toEqual([503, 'no repository\n']);
});
