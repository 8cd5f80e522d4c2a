import type { Run } from '../platform/run.ts';

const state = '{{.State.Status}} {{.State.StartedAt}}';

/** The state of a container and when it started; empty of one that is gone. */
export const stateOf = async (run: Run, id: string): Promise<string> =>
  (await run('docker', ['inspect', '--format', state, id])).stdout.trim();
