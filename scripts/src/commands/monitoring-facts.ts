import type { Run } from '../platform/run.ts';
import { deliveryMark } from '../secrets/delivery.ts';
import { type Profile, profileOf } from './up-options.ts';

type Told = {
  /** What `.env` says. */
  env: Readonly<Record<string, string>>;
  values: Readonly<Record<string, string>>;
  profile: Profile;
  /** Whether images are made from packages. */
  images: boolean;
  run: Run;
};

/** Where our own collector takes traces. */
const collector = 'http://collector:4318';

/** The profiles of docker-compose.yml for one of ours: Grafana has its own, as not everywhere an image can be had. */
export const profilesFor = (profile: Profile, hasGrafana: boolean): string[] => {
  if (profile === 'core') return [];
  return hasGrafana ? [profile, 'grafana'] : [profile];
};

/** An image from elsewhere can be had, but where the same profile went without it before. */
const canBeHad = ({ env, images, profile }: Told): boolean =>
  !images && (profile !== profileOf(env) || (env['COMPOSE_PROFILES'] ?? '').split(',').includes('grafana'));

/** What Compose has to know of the monitoring and the scripts find out. */
export async function monitoringFacts(told: Told): Promise<Record<string, string>> {
  const { env, profile, run, values } = told;
  const info = await run('docker', ['info', '--format', '{{.DockerRootDir}}']);
  const grafana = await run('docker', ['image', 'inspect', '--format', '{{.Id}}', values['GRAFANA_IMAGE'] ?? '']);
  const sent = env['OTEL_EXPORTER_OTLP_ENDPOINT'] ?? '';
  const ours = sent === '' || sent === collector;
  return {
    DELIVERY_MARK: deliveryMark(env),
    COMPOSE_PROFILES: profilesFor(profile, grafana.code === 0 || canBeHad(told)).join(','),
    ...(info.code === 0 && { DOCKER_DATA: info.stdout.trim() }),
    ...(ours && { OTEL_EXPORTER_OTLP_ENDPOINT: profile === 'full' ? collector : '' }),
  };
}
