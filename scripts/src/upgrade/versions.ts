import { must, type Run, ScriptError } from '../platform/run.ts';

/** The major version of the Postgres in an image. */
export async function majorOf(run: Run, image: string): Promise<number> {
  const ask = ['run', '--rm', '--network', 'none', '--entrypoint', 'postgres', image, '--version'];
  return parseMajor(await must(run('docker', ask), `asking ${image} for its version`));
}

/** From what `postgres --version` says. */
export function parseMajor(text: string): number {
  const major = Number(/\(PostgreSQL\) (\d+)/.exec(text)?.[1]);
  if (!major) throw new ScriptError(`that is no version of Postgres: ${text.trim()}`);
  return major;
}

/** What has to be done to get from one version to another: a restart, or a copy; going back needs `--undo`. */
export function planUpgrade(from: number, to: number): 'restart' | 'copy' {
  if (to < from) throw new ScriptError(`from ${from} to ${to} leads no way but --undo`);
  return to === from ? 'restart' : 'copy';
}
