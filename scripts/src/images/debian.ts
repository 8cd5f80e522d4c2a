/** A third-party image that Debian's packages can stand in for. */
export type DebianImage = {
  folder: string;
  setting: string;
  repository: string;
  /** The target of its Dockerfile, where that has several. */
  target?: string;
  /** The profiles that run it; absent is all. */
  profiles?: readonly Profile[];
};

export type Profile = 'core' | 'observability' | 'full';

/** Suites of Debian that the base images are made from. */
export const suites = ['trixie', 'sid'] as const;

export const baseImage = (suite: (typeof suites)[number]): string => `debian:${suite}-slim`;

/** What builds our own images: Node's image with npm in it. */
export const nodeImage = 'node:26-trixie-slim';

const watched = ['observability', 'full'] as const;

const exporter = (target: string, setting: string, repository: string): DebianImage => ({
  folder: 'exporters',
  target,
  setting,
  repository,
  profiles: watched,
});

/** Made from Go modules, which takes minutes the first time. */
const compiled = (target: string, setting: string, repository: string): DebianImage => ({
  folder: 'go',
  target,
  setting,
  repository,
  profiles: ['full'],
});

/** Which folder under scripts/images/ gives which image of the stack. */
export const debianImages: readonly DebianImage[] = [
  { folder: 'nginx', setting: 'NGINX_IMAGE', repository: 'nginx' },
  { folder: 'postgres', setting: 'POSTGRES_IMAGE', repository: 'postgres' },
  { folder: 'valkey', setting: 'CACHE_IMAGE', repository: 'valkey/valkey' },
  { folder: 'valkey', setting: 'QUEUE_IMAGE', repository: 'valkey/valkey' },
  { folder: 'redis', setting: 'CACHE_IMAGE', repository: 'redis' },
  { folder: 'redis', setting: 'QUEUE_IMAGE', repository: 'redis' },
  { folder: 'prometheus', setting: 'PROMETHEUS_IMAGE', repository: 'prom/prometheus', profiles: watched },
  { folder: 'alertmanager', setting: 'ALERTMANAGER_IMAGE', repository: 'prom/alertmanager', profiles: watched },
  exporter('node', 'NODE_EXPORTER_IMAGE', 'prom/node-exporter'),
  exporter('postgres', 'POSTGRES_EXPORTER_IMAGE', 'prometheuscommunity/postgres-exporter'),
  exporter('redis', 'REDIS_EXPORTER_IMAGE', 'oliver006/redis_exporter'),
  exporter('nginx', 'NGINX_EXPORTER_IMAGE', 'nginx/nginx-prometheus-exporter'),
  exporter('blackbox', 'BLACKBOX_IMAGE', 'prom/blackbox-exporter'),
  compiled('loki', 'LOKI_IMAGE', 'grafana/loki'),
  compiled('collector', 'COLLECTOR_IMAGE', 'otel/opentelemetry-collector-contrib'),
  compiled('jaeger', 'JAEGER_IMAGE', 'jaegertracing/jaeger'),
];

export type Build = { folder: string; tag: string; target?: string };

/** The images to build for these settings and a profile: each name that they use and a folder stands in for, once. */
export function plannedBuilds(values: Readonly<Record<string, string>>, profile: Profile): Build[] {
  const wanted = debianImages.filter(({ profiles }) => profiles?.includes(profile) ?? true);
  const builds = wanted.flatMap(({ folder, repository, setting, target }) => {
    const tag = values[setting] ?? '';
    return tag.replace(/:[^/]*$/, '') === repository ? [{ folder, tag, ...(target && { target }) }] : [];
  });
  return builds.filter(({ tag }, index) => builds.findIndex((other) => other.tag === tag) === index);
}
