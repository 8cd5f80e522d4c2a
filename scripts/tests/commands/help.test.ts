import { expect, test } from '@jest/globals';
import type { Command, CommandContext } from '../../src/commands/command.ts';
import { doctor } from '../../src/commands/doctor.ts';
import { down } from '../../src/commands/down.ts';
import { load } from '../../src/commands/load.ts';
import { release } from '../../src/commands/release.ts';
import { rollback } from '../../src/commands/rollback.ts';
import { scale } from '../../src/commands/scale.ts';
import { status } from '../../src/commands/status.ts';
import { up } from '../../src/commands/up.ts';

const verbs: Record<string, Command> = { up, down, status, doctor, scale, release, rollback, load };

/** A machine on which nothing may be run. */
async function ask(command: Command, ...argv: string[]) {
  const lines: string[] = [];
  const ran: string[] = [];
  const run: CommandContext['run'] = async (program) => {
    ran.push(program);
    return { code: 1, stdout: '', stderr: '' };
  };
  const code = await command({ root: '/nowhere', env: {}, argv, run, print: (line) => lines.push(line) });
  return { code, ran, text: lines.join('\n') };
}

test.each(Object.entries(verbs))('%s --help → how it is used, and nothing is done', async (name, command) => {
  for (const word of ['--help', '-h'])
    expect(await ask(command, word)).toEqual({
      code: 0,
      ran: [],
      text: expect.stringMatching(new RegExp(`^usage: scripts/${name}`)),
    });
});
