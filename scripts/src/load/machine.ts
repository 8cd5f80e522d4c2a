import { cpus, totalmem } from 'node:os';
import type { Run } from '../platform/run.ts';
import type { K6 } from './k6.ts';
import type { Machine } from './result.ts';

/** The k6 that runs, by its own words: one of the PATH may be of any version. */
export async function describeK6(run: Run, { command, args }: Pick<K6, 'command' | 'args'>): Promise<string> {
  const { stdout } = await run(command, [...args, 'version']);
  return `k6 ${/\bv?(\d+\.\d+\.\d+\S*)/.exec(stdout)?.[1] ?? 'of an unknown version'}`;
}

/** In the place of a commit that nobody knows. */
export const unknownCommit = 'unknown';

type Deps = { run: Run; env: NodeJS.ProcessEnv };

/** What the numbers were seen on. CI knows its commit also in a tree that git knows nothing of. */
export async function describeMachine({ run, env }: Deps, generator: string): Promise<Machine> {
  const commit = env['GITHUB_SHA'] || (await run('git', ['describe', '--always', '--dirty'])).stdout.trim();
  const processors = cpus();
  return {
    commit: commit || unknownCommit,
    cpu: processors[0]?.model ?? 'unknown',
    cores: processors.length,
    memoryBytes: totalmem(),
    generator,
  };
}
