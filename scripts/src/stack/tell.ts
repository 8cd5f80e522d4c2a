import { must, type Run, ScriptError } from '../platform/run.ts';
import type { Compose } from './compose.ts';

type Deps = { run: Run; compose: Compose };

/** Runs a program in a service's container with something to read: what is secret goes in so. Answers what it said. */
export async function tell(
  { run, compose }: Deps,
  service: string,
  program: readonly string[],
  input: string,
): Promise<string> {
  const id = (await compose.list()).find(
    (container) => container.service === service && container.state === 'running',
  )?.id;
  if (id === undefined) throw new ScriptError(`${service} does not run`);
  return await must(run('docker', ['exec', '-i', id, ...program], { input }), `telling ${service}`);
}
