import type { Container, Image, Template } from '../engine/engine.ts';
import { type Release, releaseId } from './release.ts';

/** What replicas are created from: the digest where the template names one, else the image's id, which cannot move. */
const createFrom = (reference: string, imageId: string): string =>
  reference.includes('@sha256:') ? reference : imageId;

const referenceOf = ({ imageId, inspect }: Template): string => {
  const config = inspect['Config'] as { Image?: unknown } | undefined;
  return typeof config?.Image === 'string' ? config.Image : imageId;
};

/** The release that a template stands for with its own image. */
export function releaseOf(template: Template, now: number): Release {
  const image = referenceOf(template);
  return {
    id: releaseId(template.imageId, template.configHash),
    image,
    createFrom: createFrom(image, template.imageId),
    imageId: template.imageId,
    templateId: template.id,
    configHash: template.configHash,
    version: null,
    at: now,
  };
}

/** The release of an image: the newest template made for it, else the newest template with this image in its place. */
export function releaseFor(
  reference: string,
  image: Image,
  templates: readonly Template[],
  version: string | null,
  now: number,
): Release | undefined {
  const template = templates.find(({ imageId }) => imageId === image.id) ?? templates[0];
  if (template === undefined) return undefined;
  return {
    ...releaseOf(template, now),
    id: releaseId(image.id, template.configHash),
    image: reference,
    createFrom: createFrom(reference, image.id),
    imageId: image.id,
    version,
  };
}

/** Without an intent: the release that most replicas are of, if its template is still there, else the newest template's. */
export function firstRelease(
  templates: readonly Template[],
  replicas: readonly Container[],
  now: number,
): Release | undefined {
  const candidates = templates.map((template) => releaseOf(template, now));
  const votes = (id: string) => replicas.filter(({ release }) => release === id).length;
  return candidates.toSorted((a, b) => votes(b.id) - votes(a.id))[0];
}

/** The template of a release: the one it was made with, else one of the same configuration, else the newest. */
export const templateFor = (
  { configHash, templateId }: Release,
  templates: readonly Template[],
): Template | undefined =>
  templates.find(({ id }) => id === templateId) ??
  templates.find((template) => template.configHash === configHash) ??
  templates[0];
