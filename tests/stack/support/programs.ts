import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { createRun, must, type Ran } from '../../../scripts/src/platform/run.ts';
import { checkout, source } from './place.ts';

/** The environment in which the engine is found, also where scripts/install-docker has put it. */
export const environment: NodeJS.ProcessEnv = {
  ...process.env,
  PATH: `${execFileSync(join(source, 'scripts', 'install-docker'), ['--print-path'], { encoding: 'utf8' }).trim()}:${process.env['PATH']}`,
};

export const run = createRun({ cwd: checkout, env: environment });

/** Output of a docker command that must succeed. */
export const docker = async (...args: readonly string[]): Promise<string> =>
  (await must(run('docker', args), `docker ${args.join(' ')}`)).trim();

export const compose = (...args: readonly string[]): Promise<string> => docker('compose', ...args);

/** The first start of everything compiles for a quarter of an hour where no image can be pulled. */
const patience = 1_800_000;

/** Runs a verb of the project as a person would. */
export const script = (verb: string, ...args: readonly string[]): Promise<Ran> =>
  run(join(checkout, 'scripts', verb), args, { timeout: patience });

/** Runs a verb that must succeed, and answers what it printed. */
export const mustScript = (verb: string, ...args: readonly string[]): Promise<string> =>
  must(script(verb, ...args), `scripts/${verb}`);
