import { releaseImages } from '../deploy/request.ts';
import type { Run } from '../platform/run.ts';
import { buildArguments } from '../stack/image.ts';
import { inputsLabel, inputsOf } from './inputs.ts';

/** What is known of an image before it is built. Texts, empty where there is nothing to say, as a workflow takes them. */
export type PlannedImage = {
  target: string;
  repository: string;
  /** The image by its digest, where the registry has one that was made from the same. */
  reference: string;
  /** The tag under which the next build finds this one. */
  name: string;
  arguments: string;
  labels: string;
};

type Deps = { run: Run; dockerfile: string; env: Readonly<Record<string, string | undefined>> };

/** Whatever keeps the registry from an answer costs a build, and never a restart: who has an image of that name keeps it. */
async function referenceOf({ run }: Deps, repository: string, tag: string): Promise<string> {
  const words = ['buildx', 'imagetools', 'inspect', '--format', '{{json .Manifest}}', `${repository}:${tag}`];
  const { code, stdout } = await run('docker', words);
  const [, digest] = /"digest": ?"(sha256:[0-9a-f]{64})"/.exec(stdout) ?? [];
  return code === 0 && digest ? `${repository}@${digest}` : '';
}

async function planImage(deps: Deps, prefix: string, target: string): Promise<PlannedImage> {
  const { POSTGRES_IMAGE = '' } = deps.env;
  const args = buildArguments({ POSTGRES_IMAGE });
  const inputs = inputsOf(deps.dockerfile, target, args);
  const repository = `${prefix.toLowerCase()}/${target}`;
  const name = inputs ? `inputs-${inputs}` : '';
  return {
    target,
    repository,
    reference: name && (await referenceOf(deps, repository, name)),
    name,
    arguments: Object.entries(args)
      .map(([key, value]) => `${key}=${value}`)
      .join('\n'),
    labels: inputs ? `${inputsLabel}=${inputs}` : '',
  };
}

/** Every image of a release, and which of them is in the registry already. */
export const planImages = (deps: Deps, prefix: string): Promise<PlannedImage[]> =>
  Promise.all(Object.values(releaseImages).map((target) => planImage(deps, prefix, target)));

/**
 * Every image of a release as the registry has it, named by the newest of these commits that has them all: what was deployed.
 * Where none has, what is planned.
 */
export async function publishedImages(deps: Deps, prefix: string, commits: readonly string[]): Promise<PlannedImage[]> {
  const planned = await planImages(deps, prefix);
  for (const commit of commits) {
    const found = planned.map(async (image) => ({
      ...image,
      reference: await referenceOf(deps, image.repository, commit),
    }));
    const images = await Promise.all(found);
    if (images.every(({ reference }) => reference !== '')) return images;
  }
  return planned;
}
