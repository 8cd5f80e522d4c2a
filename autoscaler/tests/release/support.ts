import type { Release } from '../../src/release/release.ts';

/** A release of this name, as it would be without a version. */
export const release = (id: string): Release => ({
  id,
  image: `app:${id}`,
  createFrom: `sha256:${id}`,
  imageId: `sha256:${id}`,
  templateId: 't',
  configHash: 'h',
  version: null,
  at: 0,
});
