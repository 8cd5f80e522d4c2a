import { must, type Run } from '../platform/run.ts';
import { stateOf } from './state.ts';

/** Runs a line of shell where a container keeps its data, whether it runs or not. */
async function beside(run: Run, container: string, line: string): Promise<string> {
  const inspected = run('docker', ['inspect', '--format', '{{.Image}}', container]);
  const image = (await must(inspected, 'asking for the image')).trim();
  const how = ['--rm', '--network', 'none', '--user', '0', '--volumes-from', container, '--entrypoint', 'sh'];
  return await must(run('docker', ['run', ...how, image, '-c', line]), 'reaching the disk of a container');
}

/** Takes all the space that is left with one file. */
export const fillDisk = async (run: Run, container: string, file: string): Promise<void> =>
  void (await beside(run, container, `cat /dev/zero > ${file} 2> /dev/null; sync; true`));

/** Whether nothing more can be written. */
export const isDiskFull = async (run: Run, container: string, file: string): Promise<boolean> =>
  (await beside(run, container, `df --output=avail ${file} | tail -n 1`)).trim() === '0';

/** Gives the space back. Who has ended for want of it starts at once, and not when the engine tries again. */
export async function emptyDisk(run: Run, container: string, file: string): Promise<void> {
  if ((await stateOf(run, container)) === '') return;
  await beside(run, container, `rm -f ${file}`);
  if (!(await stateOf(run, container)).startsWith('running'))
    await must(run('docker', ['restart', container]), `starting ${container}`);
}
