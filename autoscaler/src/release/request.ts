import type { Release } from './release.ts';

/** Why a release does not begin. */
export const refusals = [
  'release_in_progress',
  'paused',
  'no_such_image',
  'no_template',
  'no_previous',
  'no_release',
] as const;
export type Refusal = (typeof refusals)[number];

export type ReleaseRequest = { image: string; version: string | null; by: string };

export type ReleaseAnswer =
  | { kind: 'started' | 'unchanged'; release: Release }
  | { kind: 'refused'; code: Refusal; message: string };
