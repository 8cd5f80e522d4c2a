import { must } from '../platform/run.ts';
import type { Compose } from './compose.ts';

type Check = { service: string; program?: string; words: readonly string[] };

/** Each in the image of the part that will read it. */
const checks: readonly Check[] = [
  { service: 'nginx', program: '/docker-entrypoint.sh', words: ['nginx', '-t'] },
  { service: 'prometheus', program: 'promtool', words: ['check', 'config', '/etc/prometheus/prometheus.yml'] },
  {
    service: 'alertmanager',
    program: 'sh',
    words: ['-c', '/etc/alertmanager/start.sh true && amtool check-config /tmp/alertmanager.yml'],
  },
  { service: 'blackbox', words: ['--config.file=/etc/blackbox/blackbox.yml', '--config.check'] },
];

/** Throws unless the configuration of these services would work; tried in containers that serve nobody. */
export async function checkConfiguration(compose: Pick<Compose, 'run'>, services: readonly string[]): Promise<void> {
  for (const { service, program, words } of checks.filter((check) => services.includes(check.service))) {
    const entry = program ? ['--entrypoint', program] : [];
    const args = ['run', '--rm', '--no-deps', '--quiet-pull', '-T', ...entry, service, ...words];
    await must(compose.run(args), `checking the configuration of ${service}`);
  }
}
