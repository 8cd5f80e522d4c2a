import { z } from 'zod';
import { AppError } from '../http/problem.ts';
import { bodyId, text } from '../http/query.ts';

/** Event types that the system writes. */
export type SystemEvent = 'created' | 'updated' | 'deleted' | 'click';

export type Details = Readonly<Record<string, unknown>>;

/** An event to be written; without a time it is now. */
export type NewEvent = {
  event_type: string;
  url_id: number | null;
  user_id: number | null;
  details: Details;
  occurred_at?: Date;
};

const mostNested = 20;
const mostValues = 2_000;

/** Why Postgres or a reader could not take this value, or undefined. Walks with a list of its own: depth is no danger. */
function refuseJson(value: unknown): string | undefined {
  const rest: { value: unknown; depth: number }[] = [{ value, depth: 0 }];
  let seen = 0;
  for (let item = rest.pop(); item; item = rest.pop()) {
    const { value: current, depth } = item;
    seen += 1;
    if (seen > mostValues) return `at most ${mostValues} values`;
    if (depth > mostNested) return `nested at most ${mostNested} deep`;
    const texts = typeof current === 'string' ? [current] : [];
    if (typeof current === 'object' && current !== null) {
      if (!Array.isArray(current)) texts.push(...Object.keys(current));
      for (const inner of Object.values(current)) rest.push({ value: inner, depth: depth + 1 });
    }
    if (texts.some((part) => !part.isWellFormed() || part.includes('\u0000')))
      return 'texts without NUL or broken characters';
  }
  return undefined;
}

/** The body's `details`: absent is empty; what is not an object is a 400, as a body that is none would be. */
export function readDetails(value: unknown): Details | undefined {
  if (value === undefined) return undefined;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new AppError('malformed', 'details is not an object');
  }
  const problem = refuseJson(value);
  if (problem) throw new AppError('invalid', `details: ${problem}`, { errors: { details: problem } });
  return value as Details;
}

const eventType = text(1, 50);
const details = z.unknown().meta({ override: { type: 'object', additionalProperties: true } });
const reference = bodyId.nullable().optional();

export const newEvent = z
  .object({ event_type: eventType, url_id: reference, user_id: reference, details: details.optional() })
  .meta({ id: 'NewEvent' });
export const eventChange = z
  .object({ event_type: eventType.optional(), url_id: reference, user_id: reference, details: details.optional() })
  .meta({ id: 'EventChange' });

export const event = z
  .object({
    id: z.int(),
    url_id: z.int().nullable(),
    user_id: z.int().nullable(),
    event_type: z.string(),
    timestamp: z.iso.datetime(),
    details: z.record(z.string(), z.unknown()),
  })
  .meta({ id: 'Event' });
export type Event = z.output<typeof event>;
