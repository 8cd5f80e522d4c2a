import { expect, test } from '@jest/globals';
import type { Compose } from '../../src/stack/compose.ts';
import { copyOver, type Place, placeBefore, restartWith } from '../../src/upgrade/upgrade.ts';

const place = (name: string): Place => ({
  DATABASE_IMAGE: `database:${name}`,
  BACKUP_IMAGE: `backup:${name}`,
  POSTGRES_IMAGE: `postgres:${name}`,
  POSTGRES_VOLUME: `volume-${name}`,
});

/** A stack whose copy and start end as they are told, and what was asked of it: statements, and verbs of Compose. */
function stackCopying(copy: (asked: string[]) => Promise<number>, starts: number[] = []) {
  const asked: string[] = [];
  const env: Record<string, string> = {};
  const compose = {
    run: async (args: readonly string[]) => {
      const statement = args[args.indexOf('-c') + 1] ?? '';
      const verb = args[0] ?? '';
      asked.push(args.includes('-c') ? statement : verb);
      const code = verb === 'up' ? (starts.shift() ?? 0) : 0;
      return { code: verb === 'run' ? await copy(asked) : code, stdout: '', stderr: '' };
    },
    remove: async ([name]: readonly string[]) => void asked.push(`remove ${name}`),
    volume: async (verb: string, ...words: string[]) => {
      asked.push(`volume ${verb} ${words.at(-1)}`);
      return { code: 0, stdout: '', stderr: '' };
    },
  } as unknown as Compose;
  const deps = {
    compose,
    keeper: { ask: async (...words: string[]) => void asked.push(words.join(' ')) },
    ending: { ask: async (...words: string[]) => void asked.push(words.join(' ')) },
    signal: new AbortController().signal,
    secrets: {
      environment: async () => ({ ...env }),
      remember: async (values: Record<string, string>) => void Object.assign(env, values),
    },
    roles: { ensure: async () => {} },
    print: () => {},
  } as unknown as Parameters<typeof copyOver>[0];
  return { deps, asked, env };
}

const freeze = ['alter system set default_transaction_read_only = on', 'select pg_reload_conf()'];
const free = ['alter system reset default_transaction_read_only', 'select pg_reload_conf()'];
const nothingLeft = ['remove volume-18_beside', 'volume rm volume-18'];
const make = async () => {};

test('a copy that is good → Postgres moves, and what serves now is backed up', async () => {
  const { asked, deps } = stackCopying(async () => 0);
  await copyOver(deps, place('18'), place('17'), make);
  expect(asked).toEqual([...freeze, 'run', 'stop', 'up', 'adopt', 'backup full', 'remove volume-18_beside']);
});

test('a copy that fails → nothing moves, and changes are taken again', async () => {
  const { asked, deps } = stackCopying(async () => 1);
  await expect(copyOver(deps, place('18'), place('17'), make)).rejects.toThrow('nothing was upgraded');
  expect(asked).toEqual([...freeze, 'run', ...free, ...nothingLeft]);
});

test.each([0, 137])('interrupted, and the copy ends with %d → as if nothing had been', async (code) => {
  const interrupt = new AbortController();
  const { asked, deps } = stackCopying(async () => {
    interrupt.abort();
    return code;
  });
  const ends = { ...deps, signal: interrupt.signal };
  await expect(copyOver(ends, place('18'), place('17'), make)).rejects.toThrow('as before');
  // Removed until it is over, as it may only be in the making.
  const steps = asked.filter((step, index) => step !== asked[index - 1]);
  expect(steps).toEqual([...freeze, 'run', 'remove volume-18_beside', ...free, ...nothingLeft]);
});

test('a version that does not start, after one that does → the one before serves, and --undo goes back to before that', async () => {
  const { deps, env } = stackCopying(async () => 0, [0, 1]);
  await restartWith(deps, place('18.0'), place('17'));
  const after = { ...env };
  await expect(restartWith(deps, place('18.1'), place('18.0'))).rejects.toThrow('it serves what it served before');
  expect(env).toEqual(after);
  expect(placeBefore(env)).toEqual(place('17'));
});
