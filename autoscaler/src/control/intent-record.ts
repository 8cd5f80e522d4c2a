import { z } from 'zod';
import { causes, type Release, type Rollout } from '../release/release.ts';

const release: z.ZodType<Release> = z.object({
  id: z.string().min(1),
  image: z.string(),
  createFrom: z.string(),
  imageId: z.string(),
  templateId: z.string(),
  configHash: z.string(),
  version: z.string().nullable(),
  at: z.number(),
});

const rollout: z.ZodType<Rollout> = z.object({
  to: release,
  from: release,
  by: z.string(),
  startedAt: z.number(),
  phase: z.enum(['rolling', 'rolling_back']),
  bakeFrom: z.number().nullable(),
  trusted: z.boolean().default(false),
  cause: z.enum(causes).nullable(),
  before: z.object({ requests: z.number(), errors: z.number(), p95: z.number().nullable() }).nullable().default(null),
});

const past = z.object({
  release,
  outcome: z.enum(['done', 'rolled_back']),
  cause: z.enum(causes).nullable(),
  by: z.string(),
  at: z.number(),
});
export type PastRelease = z.output<typeof past>;

const record = z.object({
  version: z.literal(1),
  paused: z.boolean(),
  pinned: z.number().int().min(1).nullable(),
  release: release.nullable(),
  rollout: rollout.nullable(),
  /** Newest last. */
  past: z.array(past).max(50),
});

/** What people asked for and neither Docker nor the upstream file can hold. */
export type Intent = z.output<typeof record>;

export const noIntent: Intent = { version: 1, paused: false, pinned: null, release: null, rollout: null, past: [] };

const keptReleases = 20;

/** Adds the end of a rollout to the log of releases, of which the last twenty are kept. */
export const logRelease = (intent: Intent, entry: PastRelease): Intent => ({
  ...intent,
  past: [...intent.past, entry].slice(-keptReleases),
});

/** The release that served before the current one: what a rollback goes to. */
export const previousRelease = ({ release: current, past: log }: Intent): Release | undefined =>
  log.findLast((entry) => entry.outcome === 'done' && entry.release.id !== current?.id)?.release;

/** Reads the file's text; undefined if it is not an intent. */
export function parseIntent(text: string): Intent | undefined {
  try {
    const parsed = record.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : undefined;
  } catch {
    return undefined;
  }
}
