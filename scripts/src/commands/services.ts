import { must } from '../platform/run.ts';
import type { Compose } from '../stack/compose.ts';

/** Compose does not start these: the autoscaler owns the replicas, and the others are only run when needed. */
const notStarted = new Set(['app', 'app-template', 'migrate']);

type Composing = Pick<Compose, 'run'>;

async function listed(compose: Composing, ...options: readonly string[]): Promise<string[]> {
  const names = await must(compose.run([...options, 'config', '--services']), 'reading docker-compose.yml');
  return names.split('\n').filter((service) => service !== '' && !notStarted.has(service));
}

/** The services that Compose starts, with the profile that the settings choose. */
export const startedByCompose = (compose: Composing): Promise<string[]> => listed(compose);

/** Profiles of docker-compose.yml with services that run beside the others. */
const beside = ['observability', 'full', 'grafana'].flatMap((profile) => ['--profile', profile]);

/** Ends what an earlier profile has started and this one has not: its memory may be why. Answers what that was. */
export async function endOtherProfiles(compose: Pick<Compose, 'run' | 'list' | 'pruneNetworks'>): Promise<string[]> {
  const [wanted, all, running] = await Promise.all([
    startedByCompose(compose),
    listed(compose, ...beside),
    compose.list(),
  ]);
  const others = all.filter(
    (service) => !wanted.includes(service) && running.some((container) => container.service === service),
  );
  if (others.length === 0) return others;
  await must(compose.run([...beside, 'rm', '--stop', '--force', ...others]), `ending ${others.join(', ')}`);
  await compose.pruneNetworks();
  return others;
}
