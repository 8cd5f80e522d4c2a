import { chmod, mkdtemp, rm, statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, test } from '@jest/globals';
import { lowerMonitoring, prometheus, raiseMonitoring } from '../support/monitoring.ts';
import { docker, run } from '../support/programs.ts';
import { query } from '../support/queries.ts';
import { eventually, stack } from '../support/stack.ts';

const made = new AsyncDisposableStack();

async function must(program: string, ...args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await run(program, args);
  if (code !== 0) throw new Error(`${program}: ${stderr}`);
  return stdout.trim();
}

/** A disk of its own, mounted on this machine. */
async function mountDisk() {
  const folder = await mkdtemp(join(tmpdir(), 'shortstack-disk-filling-'));
  made.defer(() => rm(folder, { recursive: true }));
  // The exporter looks at it as nobody.
  await chmod(folder, 0o755);
  const [file, path] = [join(folder, 'disk.ext4'), join(folder, 'mounted')];
  await must('truncate', '--size', '64M', file);
  await must('mkfs.ext4', '-q', '-m', '0', file);
  await must('mkdir', path);
  const device = await must('losetup', '--find', '--show', file);
  made.defer(async () => void (await must('losetup', '--detach', device)));
  await must('mount', device, path);
  made.defer(async () => void (await must('umount', path)));
  return { device, path };
}

const seen = async (expr: string): Promise<true | undefined> => (await query(prometheus, expr)).series > 0 || undefined;

beforeAll(() => raiseMonitoring(), 600_000);
afterAll(async () => {
  await lowerMonitoring();
  await made.disposeAsync();
}, 300_000);

test('a disk of the machine gets full → DiskFillingUp fires for it, and is over when there is space again', async () => {
  const { device, path } = await mountDisk();
  // What is mounted later than the exporter was started is not seen by it.
  const exporter = (await stack.list()).find(({ service }) => service === 'node-exporter');
  await docker('restart', exporter?.name ?? '');
  await eventually('it is seen', () => seen(`node_filesystem_size_bytes{device="${device}"}`));
  // How much of it the file system takes for itself is mkfs's choice.
  const { bavail, bsize } = await statfs(path);
  await must('fallocate', '--length', String(Math.floor(0.97 * bavail) * bsize), join(path, 'much'));
  const firing = `ALERTS{alertname="DiskFillingUp",severity="critical",alertstate="firing",device="${device}"}`;
  await eventually('it fires', () => seen(firing), 120_000);
  await must('rm', join(path, 'much'));
  await eventually('it is over', async () => ((await seen(firing)) ? undefined : true), 120_000);
}, 600_000);
