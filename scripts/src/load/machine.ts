import { cpus, totalmem } from 'node:os';
import type { Run } from '../platform/run.ts';
import type { Machine } from './result.ts';

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
