import { must, type Run } from '../platform/run.ts';

/** The core of the stack, which runs everywhere, or every profile. */
export type Part = 'core' | 'all';

/** Images of others that docker-compose.yml runs, each once, as it names them where no setting says otherwise. */
export async function imagesOfOthers({ run }: { run: Run }, part: Part): Promise<string[]> {
  const profiles = part === 'all' ? ['--profile', '*'] : [];
  const said = await must(run('docker', ['compose', ...profiles, 'config', '--images']), 'reading docker-compose.yml');
  const names = said.split('\n').filter((name) => name !== '' && !name.startsWith('shortstack/'));
  return [...new Set(names)].sort();
}
