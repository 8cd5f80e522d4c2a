/** A third-party image that Debian's packages can stand in for. */
export type DebianImage = { folder: string; setting: string; repository: string };

/** Suites of Debian that the base images are made from. */
export const suites = ['trixie', 'sid'] as const;

export const baseImage = (suite: (typeof suites)[number]): string => `debian:${suite}-slim`;

/** What builds our own images: Node's image with npm in it. */
export const nodeImage = 'node:26-trixie-slim';

/** Which folder under scripts/images/ gives which image of the stack. */
export const debianImages: readonly DebianImage[] = [
  { folder: 'nginx', setting: 'NGINX_IMAGE', repository: 'nginx' },
  { folder: 'postgres', setting: 'POSTGRES_IMAGE', repository: 'postgres' },
  { folder: 'valkey', setting: 'CACHE_IMAGE', repository: 'valkey/valkey' },
  { folder: 'valkey', setting: 'QUEUE_IMAGE', repository: 'valkey/valkey' },
  { folder: 'redis', setting: 'CACHE_IMAGE', repository: 'redis' },
  { folder: 'redis', setting: 'QUEUE_IMAGE', repository: 'redis' },
];

export type Build = { folder: string; tag: string };

/** The images to build for these settings: each name that they use and a folder stands in for, once. */
export function plannedBuilds(values: Readonly<Record<string, string>>): Build[] {
  const builds = debianImages.flatMap(({ folder, setting, repository }) => {
    const tag = values[setting] ?? '';
    return tag.replace(/:[^/]*$/, '') === repository ? [{ folder, tag }] : [];
  });
  return builds.filter(({ tag }, index) => builds.findIndex((other) => other.tag === tag) === index);
}
