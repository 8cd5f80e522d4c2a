import { must } from '../platform/run.ts';
import type { Compose, Listed } from './compose.ts';
import type { ReleaseImage } from './image.ts';

type Deps = { compose: Compose };

/** A release's template container, and whether it was made now. */
export type Template = { id: string; made: boolean };

const service = 'app-template';
/** This release, the one before, and one more for a release that is under way. */
const keptTemplates = 3;

const templatesOf = async ({ list }: Compose): Promise<Listed[]> =>
  (await list()).filter((container) => container.service === service);

/** What a release changes in the settings that docker-compose.yml reads. */
export const releaseSettings = ({ image, release }: Pick<ReleaseImage, 'image' | 'release'>) => ({
  APP_IMAGE: image,
  RELEASE: release,
});

/**
 * The never-started container that replicas of this release are copied from: the one that is there, or one more.
 * Compose makes it, so that a changed file or setting reaches the replicas.
 */
export async function ensureTemplate({ compose }: Deps, image: ReleaseImage): Promise<Template> {
  const settings = releaseSettings(image);
  const env = { ...settings, APP_CONFIG_HASH: await compose.hash('app', settings) };
  const [before, hash] = await Promise.all([templatesOf(compose), compose.hash(service, env)]);
  // The autoscaler takes the newest of an image: an older one, of settings that are gone back to, is made once more.
  const there = before
    .filter(({ imageId }) => imageId === image.imageId)
    .toSorted((a, b) => a.createdAt.localeCompare(b.createdAt))
    .at(-1);
  if (there?.configHash === hash) return { id: there.id, made: false };
  const scale = ['--scale', `${service}=${before.length + 1}`];
  const create = ['--profile', 'template', 'create', '--no-recreate', ...scale, service];
  await must(compose.run(create, env), 'making the template of the release');
  const known = new Set(before.map(({ id }) => id));
  const added = (await templatesOf(compose)).find(({ id }) => !known.has(id));
  return { id: added?.id ?? '', made: true };
}

/** Removes the oldest templates: what is kept is enough to serve, to roll back, and to roll out. */
export async function pruneTemplates({ compose }: Deps): Promise<void> {
  const templates = await templatesOf(compose);
  const old = templates.toSorted((a, b) => a.createdAt.localeCompare(b.createdAt)).slice(0, -keptTemplates);
  await compose.remove(old.map(({ id }) => id));
}
