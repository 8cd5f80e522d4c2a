import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { must, type Run } from '../platform/run.ts';
import type { Ssh } from './ssh.ts';

type Deps = { ssh: Ssh; print: (line: string) => void };

/** Brings images to the server that it lacks, through the connection: it needs no registry and no password of one. */
export async function shipImages({ ssh, print }: Deps, images: readonly { name: string; id: string }[]): Promise<void> {
  const lacking = new Set((await ssh.ask('missing', ...images.map(({ id }) => id))).split('\n'));
  const names = [...new Set(images.filter(({ id }) => lacking.has(id)).map(({ name }) => name))];
  if (names.length === 0) return print('the server has every image');
  print(`sending ${names.join(', ')}`);
  const pack = 'set -o pipefail; docker save "$@" | gzip -1';
  await ssh.send('bash', ['-c', pack, 'bash', ...names], 'load');
}

/** Brings the files of a commit to the server. */
export async function shipTree({ ssh, print }: Deps, commit: string): Promise<void> {
  print(`sending the files of ${commit.slice(0, 12)}`);
  await ssh.send('git', ['archive', '--format=tar.gz', commit], 'receive', commit);
}

/** The files of a commit in a folder of their own, for as long as `use` takes: what is built is what was committed. */
export async function withTree<T>(run: Run, commit: string, use: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'release-'));
  const unpack = 'set -o pipefail; git archive "$1" | tar -x -C "$2"';
  try {
    await must(run('bash', ['-c', unpack, 'bash', commit, folder]), `taking out ${commit}`);
    return await use(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
