import { must } from '../platform/run.ts';
import type { Compose } from '../stack/compose.ts';
import { checkConfiguration } from '../stack/configuration.ts';

type Deps = { compose: Compose };

/**
 * Has the nginx that runs take changed templates, without a connection lost: tests them first, and reloads. What only a
 * new container can take (another image, nginx.conf, settings) needs one: the firewall lets those who come meanwhile wait (`scripts/host/init`).
 */
export async function applyEdge({ compose }: Deps): Promise<void> {
  const up = ['up', '--detach', '--wait', '--quiet-pull', '--no-build', '--no-deps', 'nginx'];
  await must(compose.run(up), 'starting nginx');
  await must(compose.run(['exec', '-T', 'nginx', 'apply-templates']), 'filling in the templates of nginx');
}

/** Before the first release there are no secrets, and nothing that could be broken. */
const needsSecrets = 'alertmanager';

/** Whether a tree's configuration would work, of every service that it starts. */
export async function checkTree(incoming: Compose, first: boolean): Promise<void> {
  await must(incoming.run(['config', '--quiet']), 'docker compose config');
  const services = (await must(incoming.run(['config', '--services']), 'docker compose config')).split('\n');
  await checkConfiguration(incoming, first ? services.filter((service) => service !== needsSecrets) : services);
}
