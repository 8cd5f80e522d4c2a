import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { orUndo } from '../../src/backup/move.ts';
import { upgradePostgres } from '../../src/commands/upgrade-postgres.ts';
import { createSecretStore } from '../../src/secrets/secret-store.ts';
import type { Compose } from '../../src/stack/compose.ts';
import { endUpgrade } from '../../src/upgrade/upgrade.ts';
import { root as project } from '../backup/support.ts';
import { type Engine, makeEngine } from './restore-engine.ts';
import { withVersions } from './upgrade-engine.ts';

let root = '';
let said: string[] = [];
let engine: Engine;
const secrets = () => createSecretStore({ root });
const print = (line: string) => void said.push(line);

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'upgrade-'));
  said = [];
  engine = makeEngine();
  await cp(join(project, 'postgres'), join(root, 'postgres'), { recursive: true });
  await secrets().ensure();
  await secrets().remember({
    COMPOSE_PROJECT_NAME: 'it',
    POSTGRES_IMAGE: 'postgres:17',
    POSTGRES_VOLUME: 'it_postgres',
    POSTGRES_VOLUME_UPGRADED_FROM: 'it_postgres_older',
    DATABASE_IMAGE_UPGRADED_FROM: 'shortstack/database:16',
  });
});
afterEach(async () => await rm(root, { recursive: true }));

const run = (...argv: string[]) => upgradePostgres({ root, env: {}, argv, run: withVersions(engine.run), print });
const interrupt = () => void process.emit('SIGINT');

async function volumes() {
  const env = await secrets().environment();
  return {
    serves: env['POSTGRES_VOLUME'],
    before: env['POSTGRES_VOLUME_UPGRADED_FROM'],
    underWay: env['POSTGRES_VOLUME_COPY'] ?? '',
  };
}
const asBefore = { serves: 'it_postgres', before: 'it_postgres_older', underWay: '' };
const moved = { serves: expect.stringMatching(/^it_postgres_18_\d+$/), before: 'it_postgres', underWay: '' };
const copies = () => engine.volumes().filter((name) => /^it_postgres_18_/.test(name));
const free = 'alter system reset default_transaction_read_only';

describe('an upgrade to another major version', () => {
  test('moves to the copy, which is written down before it is made, and tells the terminal’s Ctrl-C to no program', async () => {
    let known: unknown;
    engine.at('volume create', async () => {
      known = await volumes();
    });
    expect(await run('postgres:18')).toBe(0);
    expect(known).toEqual({ ...asBefore, underWay: (await volumes()).serves });
    expect(await volumes()).toEqual(moved);
    expect(copies()).toEqual([(await volumes()).serves]);
    expect(engine.options().every(({ apart }) => apart === true)).toBe(true);
  });

  test('Ctrl-C while it is copied: that ends, changes are taken again, and no volume is left', async () => {
    engine.at('restore copy', interrupt);
    engine.endsWhenRemoved('restore copy', 1);
    await expect(run('postgres:18')).rejects.toThrow('everything is as before');
    expect([await volumes(), copies(), engine.when('stop postgres')]).toEqual([asBefore, [], -1]);
    expect(engine.when(free)).toBeGreaterThan(engine.when('restore copy'));
  });

  test('Ctrl-C while Postgres moves: it has moved, its backups are its own, and it is said what is left to do', async () => {
    engine.at('stop postgres backup', interrupt);
    await expect(run('postgres:18')).rejects.toThrow(/Postgres has moved and serves.*scripts\/backup --full/);
    expect([await volumes(), engine.when('keeper backup')]).toEqual([moved, -1]);
    expect(engine.when('keeper adopt')).toBeGreaterThan(engine.when('up --detach'));
  });

  test('a place of backups is away: the others get theirs all the same', async () => {
    engine.fails('keeper adopt');
    expect(await run('postgres:18')).toBe(0);
    expect(engine.when('keeper backup full')).toBeGreaterThan(0);
  });
});

const at = (...path: string[]) => JSON.stringify(join(import.meta.dirname, ...path));

/** Another process that begins an upgrade, and is killed when it has come to these words. */
async function killedAt(words: string): Promise<void> {
  const code = `import { upgradePostgres } from ${at('..', '..', 'src', 'commands', 'upgrade-postgres.ts')};
    import { makeEngine } from ${at('restore-engine.ts')};
    import { withVersions } from ${at('upgrade-engine.ts')};
    const engine = makeEngine();
    const run = withVersions(engine.run);
    setInterval(() => {}, 1000);
    engine.at(${JSON.stringify(words)}, () => new Promise(() => console.log('there')));
    await upgradePostgres({ root: ${JSON.stringify(root)}, env: {}, argv: ['postgres:18'], run, print() {} });`;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', code], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(child.stdout, 'data');
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
  engine.has((await volumes()).underWay);
}

describe('after one that was killed', () => {
  test('while it copied: the next takes changes again, and leaves nothing of it', async () => {
    await killedAt('restore copy');
    const { underWay } = await volumes();
    expect(await run('postgres:18')).toBe(0);
    const order = [free, `rm --force --volumes ${underWay}_beside`, `volume rm --force ${underWay}`, 'restore copy'];
    const when = order.map(engine.when);
    expect(when).not.toContain(-1);
    expect(when).toEqual(when.toSorted((a, b) => a - b));
    expect([await volumes(), copies()]).toEqual([moved, [(await volumes()).serves]]);
  });

  test('while it copied: scripts/up takes changes again, and leaves nothing of it', async () => {
    await killedAt('restore copy');
    const compose = {
      run: (words: string[]) => engine.run('docker', words),
      remove: (words: string[]) => engine.run('docker', ['rm', '--force', ...words]),
      volume: engine.volume,
    } as unknown as Compose;
    await endUpgrade({ compose, secrets: secrets(), print });
    expect([await volumes(), copies(), engine.when(free) >= 0]).toEqual([asBefore, [], true]);
  });

  test.each(['up --detach', 'keeper adopt'])(
    'at %s: the next finishes it, and --undo still goes back',
    async (words) => {
      await killedAt(words);
      const { serves } = await volumes();
      expect(await run('postgres:18')).toBe(0);
      expect(said.at(-1)).toBe('the upgrade that was broken off is finished');
      const when = ['up --detach', 'keeper adopt', 'keeper backup full'].map(engine.when);
      expect(when).not.toContain(-1);
      expect([await volumes(), engine.when('stop postgres')]).toEqual([{ ...moved, serves }, -1]);
      expect(await run('--undo')).toBe(0);
      expect(await volumes()).toEqual({ serves: 'it_postgres', before: serves, underWay: '' });
    },
  );

  test('when Postgres had moved, and does not start there: it is said how one goes back, and one does', async () => {
    await killedAt('up --detach');
    const { serves } = await volumes();
    const failing = orUndo({ secrets: secrets() }, () => Promise.reject(new Error('starting postgres failed')));
    await expect(failing).rejects.toThrow(/starting postgres failed\n.*scripts\/upgrade-postgres --undo/);
    expect(await run('--undo')).toBe(0);
    expect(await volumes()).toEqual({ serves: 'it_postgres', before: serves, underWay: '' });
  });
});
