import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { endMove, orUndo } from '../../src/backup/move.ts';
import { restore } from '../../src/commands/restore.ts';
import { createSecretStore } from '../../src/secrets/secret-store.ts';
import type { Compose } from '../../src/stack/compose.ts';
import { root as project } from '../backup/support.ts';
import { type Engine, makeEngine } from './restore-engine.ts';

let root = '';
let said: string[] = [];
let engine: Engine;
const secrets = () => createSecretStore({ root });
const print = (line: string) => void said.push(line);

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'restore-'));
  said = [];
  engine = makeEngine();
  await cp(join(project, 'postgres'), join(root, 'postgres'), { recursive: true });
  await secrets().ensure();
  await secrets().remember({
    COMPOSE_PROJECT_NAME: 'it',
    POSTGRES_VOLUME: 'it_postgres',
    POSTGRES_VOLUME_BEFORE: 'it_postgres_older',
  });
});
afterEach(async () => await rm(root, { recursive: true }));

const run = (...argv: string[]) => restore({ root, env: {}, argv, run: engine.run, print });
const interrupt = () => void process.emit('SIGINT');

/** Where Postgres serves from, what an undo goes back to, and what is written down of a move. */
async function volumes() {
  const env = await secrets().environment();
  return {
    serves: env['POSTGRES_VOLUME'],
    before: env['POSTGRES_VOLUME_BEFORE'],
    underWay: [env['POSTGRES_VOLUME_NEXT'] ?? '', env['POSTGRES_VOLUME_OLDER'] ?? ''],
  };
}
const asBefore = { serves: 'it_postgres', before: 'it_postgres_older', underWay: ['', ''] };
const moved = { serves: expect.stringMatching(/^it_postgres_\d+$/), before: 'it_postgres', underWay: ['', ''] };

/** What is left of volumes that were there: those of before, and what was made and not removed. */
const left = () => engine.volumes().filter((name) => /^it_postgres_\d+$/.test(name));
const inOrder = (...words: string[]) => {
  const at = words.map(engine.when);
  expect(at).not.toContain(-1);
  expect(at).toEqual(at.toSorted((a, b) => a - b));
};

describe('a restore', () => {
  test('what was restored serves, then it is backed up, and only then its sums are compared, which takes longest', async () => {
    expect(await run()).toBe(0);
    inOrder('restore restore', 'stop postgres backup', 'up --detach', 'keeper backup full', 'reconcile --repair');
    expect(await volumes()).toEqual(moved);
    expect(engine.volumes()).not.toContain('it_postgres_older');
  });

  test('the setting changes when the container is there that it means: a machine that starts anew starts that one', async () => {
    let before: unknown;
    let after: unknown;
    engine.at('up --no-start', async () => {
      before = await volumes();
    });
    engine.at('up --detach', async () => {
      after = await volumes();
    });
    await run();
    expect(before).toMatchObject({ serves: 'it_postgres', before: 'it_postgres_older' });
    expect(after).toMatchObject({ serves: expect.stringMatching(/_\d+$/), before: 'it_postgres' });
    expect(engine.servedBy()).toBe((await volumes()).serves);
  });

  test('the backup fails: the sums are compared all the same, and it is said that it serves', async () => {
    engine.fails('keeper backup full');
    await expect(run()).rejects.toThrow('it serves, but not every place has a backup');
    expect(engine.when('reconcile --repair')).toBeGreaterThan(0);
  });

  test('the sums cannot be compared: it is said that it serves, and with what to try again', async () => {
    engine.fails('reconcile');
    await expect(run()).rejects.toThrow(
      /it serves.*docker compose run --rm --no-deps app app\/src\/main.ts reconcile --repair tries again/,
    );
  });

  test('nothing could be restored: the settings stay, and no volume is left', async () => {
    engine.fails('restore restore');
    await expect(run()).rejects.toThrow('nothing was restored');
    expect([await volumes(), left()]).toEqual([asBefore, []]);
  });

  test.each(['up --detach', 'up --no-start', 'stop postgres backup'])(
    'Postgres does not move, as %s fails: it serves as before, --undo knows what it knew, no volume is left',
    async (words) => {
      engine.fails(words, 1);
      await expect(run()).rejects.toThrow(/serves what it served before:\n.*failed/);
      expect([await volumes(), left(), engine.servedBy()]).toEqual([asBefore, [], 'it_postgres']);
      expect(engine.volumes()).toContain('it_postgres_older');
    },
  );

  test('Postgres starts nowhere: it is said what to do, and nothing is removed that it could serve', async () => {
    engine.fails('up --detach');
    await expect(run()).rejects.toThrow(/either\. scripts\/up tries again.*no volume is lost/);
    expect(await volumes()).toMatchObject({ serves: 'it_postgres', before: 'it_postgres_older' });
    expect(engine.volumes()).toEqual(expect.arrayContaining(['it_postgres', 'it_postgres_older']));
  });
});

describe('Ctrl-C', () => {
  test.each([
    ['runs', 0],
    ['is only being made', 2],
  ])('while it is filled, and its container %s: that ends, and nothing is left', async (_what, deaf) => {
    engine.at('restore restore', interrupt);
    engine.endsWhenRemoved('restore restore', deaf);
    expect(await run()).toBe(130);
    expect(said.at(-1)).toBe('interrupted: nothing was restored, the database serves what it served before');
    expect([await volumes(), left(), engine.when('stop postgres')]).toEqual([asBefore, [], -1]);
  });

  test('before it is filled: it is not begun', async () => {
    engine.at('volume create', interrupt);
    expect(await run()).toBe(130);
    expect([await volumes(), left(), engine.when('restore restore')]).toEqual([asBefore, [], -1]);
  });

  test('while Postgres moves, twice: it has moved before the verb ends, which says what is left to do', async () => {
    engine.at('stop postgres backup', interrupt);
    engine.at('up --detach', interrupt);
    expect(await run()).toBe(130);
    expect([await volumes(), engine.when('keeper backup')]).toEqual([moved, -1]);
    expect(said.at(-1)).toMatch(
      /^interrupted: Postgres has moved and serves.*scripts\/backup --full.*reconcile --repair/,
    );
  });

  test('while Postgres moves, and it does not start there: it serves as before, and no volume is left', async () => {
    engine.at('stop postgres backup', interrupt);
    engine.fails('up --detach', 1);
    expect(await run()).toBe(130);
    expect([await volumes(), left(), engine.servedBy()]).toEqual([asBefore, [], 'it_postgres']);
  });

  test('while what serves is backed up: that ends, and it is said what is left to do', async () => {
    engine.at('keeper backup full', interrupt);
    expect(await run()).toBe(130);
    expect([await volumes(), engine.when('reconcile')]).toEqual([moved, -1]);
    expect(said.at(-1)).toMatch(/scripts\/backup --full/);
  });

  test('while a restore is undone: Postgres has gone back before the verb ends, and its backups are its own', async () => {
    engine.at('restore return', interrupt);
    expect(await run('--undo')).toBe(130);
    inOrder('restore return', 'up --detach', 'keeper adopt');
    expect(engine.when('keeper backup')).toBe(-1);
    expect(await volumes()).toEqual({ serves: 'it_postgres_older', before: 'it_postgres', underWay: ['', ''] });
  });

  test('no program hears of it from the terminal', async () => {
    await run();
    expect(engine.options().every(({ apart }) => apart === true)).toBe(true);
  });
});

describe('an undo', () => {
  test('goes back to the volume before, and a second one undoes it', async () => {
    expect(await run('--undo')).toBe(0);
    inOrder('restore return', 'stop postgres', 'up --no-start', 'up --detach', 'keeper adopt', 'keeper backup full');
    expect(await volumes()).toEqual({ serves: 'it_postgres_older', before: 'it_postgres', underWay: ['', ''] });
    expect(await run('--undo')).toBe(0);
    expect(await volumes()).toEqual(asBefore);
    expect(engine.volumes()).toEqual(expect.arrayContaining(['it_postgres', 'it_postgres_older']));
  });

  test.each([
    ['restore return', 'cannot serve again'],
    ['up --no-start', 'serves what it served before'],
  ])('%s fails: Postgres serves as before, and both volumes stay', async (words, message) => {
    engine.fails(words, 1);
    await expect(run('--undo')).rejects.toThrow(message);
    expect([await volumes(), engine.servedBy()]).toEqual([asBefore, 'it_postgres']);
    expect(engine.volumes()).toEqual(expect.arrayContaining(['it_postgres', 'it_postgres_older']));
  });

  test('there is nothing to undo: it is said', async () => {
    await secrets().remember({ POSTGRES_VOLUME_BEFORE: '' });
    await expect(run('--undo')).rejects.toThrow('there is no restore to undo');
  });
});

const at = (...path: string[]) => JSON.stringify(join(import.meta.dirname, ...path));

/** Another process that begins a verb of restore, and is killed when it has come to these words. */
async function killedAt(words: string, ...argv: string[]): Promise<void> {
  const code = `import { restore } from ${at('..', '..', 'src', 'commands', 'restore.ts')};
    import { makeEngine } from ${at('restore-engine.ts')};
    const engine = makeEngine();
    setInterval(() => {}, 1000);
    engine.at(${JSON.stringify(words)}, () => new Promise(() => console.log('there')));
    await restore({ root: ${JSON.stringify(root)}, env: {}, argv: ${JSON.stringify(argv)}, run: engine.run, print() {} });`;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', code], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(child.stdout, 'data');
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
  const { POSTGRES_VOLUME_NEXT } = await secrets().environment();
  if (POSTGRES_VOLUME_NEXT) engine.has(POSTGRES_VOLUME_NEXT);
}

describe('after one that was killed', () => {
  test.each(['restore restore', 'stop postgres', 'up --no-start'])(
    'at %s: the next brings Postgres back first, and leaves nothing of it',
    async (words) => {
      await killedAt(words);
      const { underWay } = await volumes();
      expect(await run()).toBe(0);
      inOrder(
        'up --detach',
        `rm --force --volumes ${underWay[0]}_beside`,
        `volume rm --force ${underWay[0]}`,
        'restore restore',
      );
      expect([await volumes(), left()]).toEqual([moved, [(await volumes()).serves]]);
      expect(said).toContain('it has moved nothing, and is taken back');
    },
  );

  test('when Postgres had moved: the next restore has it serve there first, and the older volume goes', async () => {
    await killedAt('up --detach');
    const { serves } = await volumes();
    expect(await run()).toBe(0);
    inOrder('up --detach', 'volume rm --force it_postgres_older', 'restore restore');
    expect(await volumes()).toEqual({ ...moved, before: serves });
    // It may have come from elsewhere.
    inOrder('restore restore', 'keeper adopt', 'keeper backup full');
    expect(said).toContain('it had moved already, and is over');
  });

  test('when Postgres had moved: --undo goes back to before it', async () => {
    await killedAt('up --detach');
    const { serves } = await volumes();
    expect(await run('--undo')).toBe(0);
    expect(await volumes()).toEqual({ serves: 'it_postgres', before: serves, underWay: ['', ''] });
  });

  test('when Postgres had moved, and does not start there: it goes back, and says that there is no more to undo', async () => {
    await killedAt('up --detach');
    engine.fails('up --detach', 1);
    await expect(run('--undo')).rejects.toThrow('there is nothing to undo of it');
    expect([await volumes(), left(), engine.servedBy()]).toEqual([asBefore, [], 'it_postgres']);
  });

  test('Postgres starts nowhere: that keeps nobody from a restore', async () => {
    await killedAt('up --detach');
    engine.fails('up --detach', 2);
    expect(await run()).toBe(0);
    expect(await volumes()).toEqual(moved);
  });

  test('it was an undo that had not moved: the next begins it again', async () => {
    await killedAt('restore return', '--undo');
    expect(await run('--undo')).toBe(0);
    inOrder('up --detach', 'restore return', 'up --no-start');
    expect(await volumes()).toEqual({ serves: 'it_postgres_older', before: 'it_postgres', underWay: ['', ''] });
  });

  test('it was an undo that had moved: the next finishes it, and does not take it back', async () => {
    await killedAt('up --detach', '--undo');
    expect(await run('--undo')).toBe(0);
    expect(engine.when('restore return')).toBe(-1);
    expect(await volumes()).toEqual({ serves: 'it_postgres_older', before: 'it_postgres', underWay: ['', ''] });
  });

  test('scripts/up starts Postgres and leaves nothing of it; where it does not start, it says what to do', async () => {
    await killedAt('up --detach');
    const failing = orUndo({ secrets: secrets() }, () => Promise.reject(new Error('starting postgres failed')));
    await expect(failing).rejects.toThrow(/starting postgres failed\n.*scripts\/restore --undo/);
    const compose = { remove: async () => {}, volume: engine.volume } as unknown as Compose;
    await endMove({ compose, secrets: secrets(), print });
    expect([await volumes(), engine.volumes().includes('it_postgres_older')]).toEqual([moved, false]);
  });
});
