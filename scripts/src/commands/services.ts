import { must } from '../platform/run.ts';
import type { Compose } from '../stack/compose.ts';

/** Compose does not start these: the autoscaler owns the replicas, and the others are only run when needed. */
const notStarted = new Set(['app', 'app-template', 'migrate']);

/** The services that Compose starts, with the profile that the settings choose. */
export async function startedByCompose(compose: Compose): Promise<string[]> {
  const listed = await must(compose.run(['config', '--services']), 'reading docker-compose.yml');
  return listed.split('\n').filter((service) => service !== '' && !notStarted.has(service));
}
