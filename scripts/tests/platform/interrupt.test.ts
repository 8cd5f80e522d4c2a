import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, test } from '@jest/globals';
import { apart } from '../../src/platform/interrupt.ts';
import { createRun } from '../../src/platform/run.ts';

const source = (name: string) => JSON.stringify(join(import.meta.dirname, '..', '..', 'src', 'platform', name));

/** A verb in a group of its own, as a terminal runs it, that is told of Ctrl-C as a terminal does: all of its group are. */
async function interruptedInTerminal(run: string): Promise<string> {
  const code = `import { apart, untilInterrupted } from ${source('interrupt.ts')};
    import { createRun } from ${source('run.ts')};
    using interrupt = untilInterrupted();
    const run = createRun({ cwd: '/', env: process.env });
    const doing = (${run})('sh', ['-c', 'echo begun >&2; sleep 1; echo done'], { show: 'and keep' });
    console.log((await doing).code, interrupt.signal.aborted);`;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', code], {
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const said = text(child.stdout);
  const begun = async () => {
    for await (const chunk of child.stderr) if (String(chunk).includes('begun')) return;
  };
  await begun();
  process.kill(-(child.pid ?? 0), 'SIGINT');
  await once(child, 'exit');
  return await said;
}

test('Ctrl-C in a terminal ends what a verb runs, but not what it runs apart', async () => {
  const [beside, away] = await Promise.all([interruptedInTerminal('run'), interruptedInTerminal('apart(run)')]);
  expect([beside, away]).toEqual(['137 true\n', 'done\n0 true\n']);
});

test('what runs apart may be ended by a signal of its own', async () => {
  const controller = new AbortController();
  const run = apart(createRun({ cwd: '/', env: process.env }), controller.signal);
  const running = run('sleep', ['60']);
  controller.abort();
  expect([(await running).code, (await run('true', [])).code]).toEqual([137, 137]);
});
