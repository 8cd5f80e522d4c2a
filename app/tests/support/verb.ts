import { execFile } from 'node:child_process';
import { join } from 'node:path';

const main = join(import.meta.dirname, '..', '..', 'src', 'main.ts');

export type Ran = { code: number; output: string; errors: string };

/** Runs a verb as a person would, in a process of its own, and answers what it said. */
export const runVerb = (databaseUrl: string, ...args: string[]): Promise<Ran> =>
  runVerbWith({ DATABASE_URL: databaseUrl }, ...args);

/** The same with these settings, which are all that it has. */
export function runVerbWith(settings: Readonly<Record<string, string>>, ...args: string[]): Promise<Ran> {
  const env = { PATH: process.env['PATH'], BASE_URL: 'https://sho.rt', ...settings };
  const options = { env, timeout: 60_000, maxBuffer: 64 * 1_048_576 };
  return new Promise((resolve) => {
    execFile(process.execPath, [main, ...args], options, (error, output, errors) => {
      resolve({ code: error ? Number(error.code ?? 1) : 0, output, errors });
    });
  });
}
