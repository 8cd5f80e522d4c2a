import { cpus, totalmem } from 'node:os';
import type { Run } from '../platform/run.ts';
import type { K6 } from './k6.ts';
import type { Machine } from './result.ts';

/** The k6 that runs, by its own words: one of the PATH may be of any version. */
export async function describeK6(run: Run, { command, args }: Pick<K6, 'command' | 'args'>): Promise<string> {
  const { stdout } = await run(command, [...args, 'version']);
  return `k6 ${/\bv?(\d+\.\d+\.\d+\S*)/.exec(stdout)?.[1] ?? 'of an unknown version'}`;
}

/** What the numbers were seen on. */
export async function describeMachine(run: Run, generator: string): Promise<Machine> {
  const { stdout } = await run('git', ['describe', '--always', '--dirty']);
  const processors = cpus();
  return {
    commit: stdout.trim() || 'unknown',
    cpu: processors[0]?.model ?? 'unknown',
    cores: processors.length,
    memoryBytes: totalmem(),
    generator,
  };
}
