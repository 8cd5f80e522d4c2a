import { beforeAll, describe, expect, test } from '@jest/globals';
import { startLoad } from './support/load.ts';
import { project } from './support/place.ts';
import { docker, mustScript, script } from './support/programs.ts';
import { ask, eventually, rest, setting, shorten } from './support/stack.ts';

beforeAll(async () => void (await rest()));

const inBackup = (...words: string[]) => docker('exec', `${project}-backup-1`, ...words);
const psql = (sql: string) =>
  docker('exec', `${project}-postgres-1`, 'psql', '-U', 'shortstack', '-d', 'shortstack', '-XAtqc', sql);

async function metrics(): Promise<Record<string, number>> {
  const read = "fetch('http://127.0.0.1:9200/metrics').then((r) => r.text()).then(console.log)";
  const text = await inBackup('node', '-e', read);
  return Object.fromEntries([...text.matchAll(/^(\w+) (\S+)$/gm)].map(([, name, value]) => [name, Number(value)]));
}

const leadsTo = async (code: string): Promise<string | null> => (await ask('GET', `/${code}`)).headers.get('location');

describe('backups of the stack', () => {
  test('it makes the first one by itself, proves it, and says so', async () => {
    // What is told of backups is what was seen when somebody last asked, a minute ago or more.
    const values = await eventually(
      'a drill is passed, and the backup is seen',
      async () => {
        const seen = await metrics();
        const ends = ['restore_drill_last_success_timestamp_seconds', 'backup_last_success_timestamp_seconds'];
        return ends.every((name) => (seen[name] ?? 0) > 0) ? seen : undefined;
      },
      400_000,
    );
    const now = Date.now() / 1_000;
    expect(now - (values['backup_last_success_timestamp_seconds'] ?? 0)).toBeLessThan(3_600);
    expect(values['backup_wal_archived_timestamp_seconds']).toBeGreaterThan(0);
  }, 420_000);

  test('what is written reaches the repository within a minute or so: an RPO of five is kept', async () => {
    const before = await psql('select last_archived_wal from pg_stat_archiver');
    await shorten('https://example.com/to-be-archived');
    await eventually(
      'new WAL is archived',
      async () => ((await psql('select last_archived_wal from pg_stat_archiver')) === before ? undefined : true),
      100_000,
    );
  });

  test('one by hand is listed, and a drill by hand is passed', async () => {
    expect(await mustScript('backup')).toMatch(/\d{8}-\d{6}F_\d{8}-\d{6}D\s+diff/);
    expect(await mustScript('restore-drill')).toContain('the backups can be restored');
  }, 600_000);
});

describe('a restore', () => {
  test('to before a mistake: under load no redirect fails, the mistake is undone, and so is the restore', async () => {
    const kept = await shorten('https://example.com/kept');
    // Its link is from before the moment that is gone back to.
    await using load = await startLoad({ connections: 4, postEvery: 1_000_000 });
    const at = (await psql('select clock_timestamp()')).replace(' ', 'T').replace('+00', 'Z');
    expect(
      (await ask('DELETE', `/urls/${await psql(`select id from urls where short_code = '${kept}'`)}`)).status,
    ).toBe(204);
    expect(await leadsTo(kept)).toBeNull();
    const later = await shorten('https://example.com/later');
    await psql('select pg_switch_wal()');

    const began = Date.now();
    expect((await script('restore', '--to', at)).code).toBe(0);
    expect(Date.now() - began).toBeLessThan(600_000);
    await eventually('the link leads somewhere again', async () => ((await leadsTo(kept)) ? true : undefined));
    expect([await leadsTo(kept), await leadsTo(later)]).toEqual(['https://example.com/kept', null]);
    const { failures, gets } = await load.stop();
    expect([failures, gets > 100]).toEqual([[], true]);

    const made = await shorten('https://example.com/after-the-restore');
    expect([kept, later]).not.toContain(made);

    await mustScript('restore', '--undo');
    await eventually('what came later is back', async () => ((await leadsTo(later)) ? true : undefined));
    expect([await leadsTo(kept), await leadsTo(made)]).toEqual([null, null]);
    expect(await setting('POSTGRES_VOLUME')).toBe(`${project}_postgres`);
  }, 600_000);

  test('to a backup that there is not: nothing changes', async () => {
    const before = await setting('POSTGRES_VOLUME');
    const { code, stdout, stderr } = await script('restore', '20200101-000000F');
    expect(code).toBe(1);
    expect(stdout + stderr).toContain('there is no backup 20200101-000000F');
    expect(await setting('POSTGRES_VOLUME')).toBe(before);
  });
});
