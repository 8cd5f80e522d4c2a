import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import type { Image, InspectBody } from './engine.ts';
import { labels } from './labels.ts';

const execBody = z.strictObject({
  AttachStdout: z.boolean().optional(),
  AttachStderr: z.boolean().optional(),
  Cmd: z.array(z.string()),
});

/** The only command there is: the edge's test of its own configuration. */
export const testCommand: readonly string[] = ['nginx', '-t'];

/** Whether the body of an exec asks for the test command and nothing more. */
export function permitExec(body: unknown): boolean {
  const parsed = execBody.safeParse(body);
  return parsed.success && isDeepStrictEqual(parsed.data.Cmd, [...testCommand]);
}

const created = z.strictObject({
  Cmd: z.unknown().optional(),
  Entrypoint: z.unknown().optional(),
  Env: z.array(z.string()).optional(),
  ExposedPorts: z.unknown().optional(),
  Healthcheck: z.unknown().optional(),
  StopSignal: z.unknown().optional(),
  StopTimeout: z.unknown().optional(),
  User: z.string().optional(),
  WorkingDir: z.unknown().optional(),
  Image: z.string(),
  Labels: z.record(z.string(), z.string()),
  HostConfig: z.record(z.string(), z.unknown()),
  NetworkingConfig: z.unknown(),
});

const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value ?? null));
const repository = (reference: string): string => reference.replace(/@.*$/, '').replace(/:[^/:]*$/, '');

/** What the gate itself worked out from a template that Compose made. */
export type Expected = { body: InspectBody; image: Image };

const isImageOfProject = (wanted: Image, templates: readonly Expected[]): boolean => {
  const ours = new Set(templates.flatMap(({ image }) => [...image.repoTags, ...image.repoDigests].map(repository)));
  return (
    templates.some(({ image }) => image.id === wanted.id) ||
    [...wanted.repoTags, ...wanted.repoDigests].some((reference) => ours.has(repository(reference)))
  );
};

const compared = ['Cmd', 'Entrypoint', 'Env', 'User', 'WorkingDir', 'HostConfig', 'NetworkingConfig'] as const;

/**
 * Why a create body may not pass, or null: it must be, but for image, number and release, what one of this project's
 * templates gives, and its image one of this project's. So no mount, capability, network or privilege can be added.
 */
export function refuseCreate(body: unknown, image: Image | null, templates: readonly Expected[]): string | null {
  const parsed = created.safeParse(body);
  if (!parsed.success) return 'the body has keys that no replica has';
  if (image === null || !isImageOfProject(image, templates)) return 'the image is not one of this project';
  const like = templates.some(({ body: expected }) =>
    compared.every((key) => isDeepStrictEqual(plain(parsed.data[key]), plain(expected[key]))),
  );
  if (!like) return 'no template of this project gives this body';
  const [wanted] = templates;
  const expectedLabels = (wanted?.body['Labels'] ?? {}) as Record<string, string>;
  const own = [labels.project, labels.service].every((label) => parsed.data.Labels[label] === expectedLabels[label]);
  return own ? null : 'the labels are not those of a replica';
}
