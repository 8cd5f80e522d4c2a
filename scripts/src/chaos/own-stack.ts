import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { must, type Run } from '../platform/run.ts';
import { createCompose } from '../stack/compose.ts';
import type { OwnStack } from './fault.ts';

const megabytes = 512;
/** Of Postgres in its image. */
const user = '999:999';

const diskOf = ({ folder }: OwnStack): string => join(folder, 'disk.ext4');

/** Makes a volume for Postgres on a disk that is soon full: a file on a loop device. Needs root. */
export async function makeSmallDisk(run: Run, own: OwnStack, image: string): Promise<void> {
  const disk = diskOf(own);
  await must(run('truncate', ['--size', `${megabytes}M`, disk]), 'making a small disk');
  await must(run('mkfs.ext4', ['-q', '-m', '0', disk]), 'formatting it');
  const device = (await must(run('losetup', ['--find', '--show', disk]), 'attaching it (are you root?)')).trim();
  const options = ['--driver', 'local', '--opt', 'type=ext4', '--opt', `device=${device}`];
  await must(run('docker', ['volume', 'create', ...options, own.volume]), 'making a volume of it');
  // Postgres begins in an empty folder only.
  const line = `rmdir /disk/lost+found; chown ${user} /disk`;
  const mount = ['--volume', `${own.volume}:/disk`, '--user', '0', '--network', 'none', '--entrypoint', 'sh'];
  await must(run('docker', ['run', '--rm', ...mount, image, '-c', line]), 'emptying it');
}

async function detach(run: Run, disk: string): Promise<void> {
  const { stdout } = await run('losetup', ['--noheadings', '--output', 'NAME', '--associated', disk]);
  for (const device of stdout.split('\n').filter((name) => name !== ''))
    await must(run('losetup', ['--detach', device.trim()]), `detaching ${device}`);
}

const rounds = 3;

/**
 * Removes all of it, however far its making came, and nothing else: by its own name and not by its folder's settings, which
 * may not be there yet, and before which an environment that names another stack comes.
 */
export async function removeOwnStack(run: Run, own: OwnStack): Promise<void> {
  const compose = createCompose({ run, project: own.volume });
  // Its autoscaler may have begun another replica meanwhile.
  for (let round = 0; round < rounds; round += 1) await compose.remove((await compose.list()).map(({ id }) => id));
  await must(compose.volume('rm', '--force', own.volume, ...(await compose.volumes())), 'removing volumes');
  await compose.pruneNetworks();
  await detach(run, diskOf(own));
  await rm(own.folder, { recursive: true, force: true });
}
