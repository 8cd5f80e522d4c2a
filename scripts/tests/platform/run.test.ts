import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { createRun, must } from '../../src/platform/run.ts';
import { waitUntil } from '../../src/platform/wait-until.ts';

const run = createRun({ cwd: import.meta.dirname, env: { ...process.env, OWN: 'own' } });

describe('programs', () => {
  test('what it says and how it ends is answered', async () =>
    expect(await run('sh', ['-c', 'cat; echo $OWN $MORE >&2; exit 3'], { input: 'in', env: { MORE: 'more' } })).toEqual(
      {
        code: 3,
        stdout: 'in',
        stderr: 'own more\n',
      },
    ));
  test('one that is missing ends with 127', async () =>
    expect(await run('no-such-program', [])).toMatchObject({ code: 127 }));
  test('one that takes too long is ended', async () =>
    expect(await run('sleep', ['60'], { timeout: 100 })).toMatchObject({ code: 137 }));
  test.each([
    ['a signal ends one that runs, and lets none begin any more', 'exec sleep 60'],
    ['a signal kills one that does not hear', "trap '' TERM; while :; do sleep 0.1; done"],
  ])('%s', async (_what, script) => {
    const folder = await mkdtemp(join(tmpdir(), 'run-'));
    const controller = new AbortController();
    const bound = createRun({ cwd: folder, env: process.env, signal: controller.signal });
    const running = bound('sh', ['-c', script.replace(/exec|while/, ': > begun; $&')]);
    const begun = async () => ((await readdir(folder)).includes('begun') ? true : undefined);
    await waitUntil(begun, { every: 20, within: 20_000, now: Date.now });
    controller.abort();
    expect([(await running).code, (await bound('true', [])).code]).toEqual([137, 137]);
    await rm(folder, { recursive: true });
  });
  test('one that must succeed and does not: the error says what was asked and answered', async () =>
    await expect(must(run('sh', ['-c', 'echo no >&2; exit 1']), 'asking')).rejects.toThrow(
      'asking failed (exit code 1):\nno',
    ));
});

describe('waiting', () => {
  const options = { every: 1, now: Date.now };
  test('ends with what is seen', async () => {
    let looks = 0;
    expect(await waitUntil(async () => (++looks > 2 ? looks : undefined), { ...options, within: 5_000 })).toBe(3);
  });
  test('ends with nothing when the time is over', async () =>
    expect(await waitUntil(async () => undefined, { ...options, within: 5 })).toBeUndefined());
});
