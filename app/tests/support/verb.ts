import { Writable } from 'node:stream';
import { told } from '../../src/commands/failure.ts';
import { verbs } from '../../src/commands/verbs.ts';

export type Ran = { code: number; output: string; errors: string };

/** Runs a verb in this process on a database, and answers what a person would have seen. */
export const runVerb = (databaseUrl: string, verb: string, ...argv: string[]): Promise<Ran> =>
  runVerbWith({ DATABASE_URL: databaseUrl }, verb, ...argv);

/** The same with these settings, which are all that it has. An error that is no sentence for a person is thrown on. */
export async function runVerbWith(
  settings: Readonly<Record<string, string>>,
  verb: string,
  ...argv: string[]
): Promise<Ran> {
  let output = '';
  const stdout = new Writable({
    decodeStrings: false,
    write(text, _, done) {
      output += text;
      done();
    },
  });
  const context = {
    env: { BASE_URL: 'https://sho.rt', ...settings },
    argv,
    process: { stdout } as unknown as NodeJS.Process,
    print: (line: string) => stdout.write(`${line}\n`),
  };
  const load = verbs[verb];
  if (!load) throw new Error(`there is no verb ${verb}`);
  try {
    const command = await load();
    return { code: await command(context), output, errors: '' };
  } catch (error) {
    const sentence = told(error);
    if (typeof sentence !== 'string') throw error;
    return { code: 1, output, errors: `${sentence}\n` };
  }
}
