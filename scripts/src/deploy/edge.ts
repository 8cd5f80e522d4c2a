import { must } from '../platform/run.ts';
import type { Compose } from '../stack/compose.ts';

type Deps = { compose: Compose };

/**
 * Has the nginx that runs take changed templates, without a connection lost: tests them first, and reloads. What only a
 * new container can take (another image, nginx.conf, settings) needs one: nothing listens for a moment then.
 */
export async function applyEdge({ compose }: Deps, changed: readonly string[]): Promise<void> {
  const whole = changed.includes('nginx/nginx.conf');
  if (whole) await compose.run(['rm', '--stop', '--force', 'nginx']);
  const up = ['up', '--detach', '--wait', '--quiet-pull', '--no-build', '--no-deps', 'nginx'];
  await must(compose.run(up), 'starting nginx');
  if (!whole) await must(compose.run(['exec', '-T', 'nginx', 'apply-templates']), 'filling in the templates of nginx');
}

/** Whether a tree's configuration would work, tried in containers that serve nobody. */
export async function checkConfiguration(incoming: Compose): Promise<void> {
  await must(incoming.run(['config', '--quiet']), 'docker compose config');
  const services = (await must(incoming.run(['config', '--services']), 'docker compose config')).split('\n');
  const once = (service: string, program: string, ...words: readonly string[]) =>
    must(
      incoming.run(['run', '--rm', '--no-deps', '--quiet-pull', '-T', '--entrypoint', program, service, ...words]),
      `${program} ${words.join(' ')}`,
    );
  await once('nginx', '/docker-entrypoint.sh', 'nginx', '-t');
  if (services.includes('prometheus'))
    await once('prometheus', 'promtool', 'check', 'config', '/etc/prometheus/prometheus.yml');
}
