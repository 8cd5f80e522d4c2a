import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const root = join(import.meta.dirname, '..', '..', '..');
/** Where programs are unpacked that the machine does not have; not in the temporary folder, which is a new one each time. */
const unpacked = join(root, 'node_modules', '.cache', 'monitoring-tools');

/** What the tests run, by the Debian package that has it. */
const packages: Readonly<Record<string, string>> = {
  promtool: 'prometheus',
  prometheus: 'prometheus',
  amtool: 'prometheus-alertmanager',
  'prometheus-alertmanager': 'prometheus-alertmanager',
};

const isThere = (program: string): Promise<boolean> =>
  run(program, ['--version']).then(
    () => true,
    () => false,
  );

/** Packages are only unpacked, so that none starts a service, and nobody needs to be root. */
async function unpack(name: string): Promise<void> {
  await mkdir(unpacked, { recursive: true });
  const folder = await mkdtemp(join(unpacked, 'download-'));
  try {
    await run('apt-get', ['download', name], { cwd: folder });
    for (const file of await readdir(folder)) await run('dpkg-deb', ['-x', join(folder, file), unpacked]);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Makes sure of every program that the tests run: from the PATH, or from Debian's packages. */
export async function provideTools(): Promise<void> {
  process.env['PATH'] = `${process.env['PATH']}${delimiter}${join(unpacked, 'usr', 'bin')}`;
  for (const [program, name] of Object.entries(packages)) {
    if (await isThere(program)) continue;
    await unpack(name).catch((cause: unknown) => {
      throw new Error(`The tests of the monitoring need ${program}: install it (on Debian: the package ${name})`, {
        cause,
      });
    });
  }
}
