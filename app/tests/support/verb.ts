import { execFile } from 'node:child_process';
import { join } from 'node:path';

const main = join(import.meta.dirname, '..', '..', 'src', 'main.ts');

export type Ran = { code: number; output: string; errors: string };

/** Runs a verb as a person would, in a process of its own, and answers what it said. */
export function runVerb(databaseUrl: string, ...args: string[]): Promise<Ran> {
  const env = { PATH: process.env['PATH'], DATABASE_URL: databaseUrl, BASE_URL: 'https://sho.rt' };
  const options = { env, timeout: 25_000, maxBuffer: 64 * 1_048_576 };
  return new Promise((resolve) => {
    execFile(process.execPath, [main, ...args], options, (error, output, errors) => {
      resolve({ code: error ? Number(error.code ?? 1) : 0, output, errors });
    });
  });
}
