import { z } from 'zod';
import { idCell, instantCell, left } from '../http/cells.ts';
import { AppError } from '../http/problem.ts';
import { text } from '../http/query.ts';
import { type Details, readDetails } from './event.ts';

function parse(value: unknown): unknown {
  if (typeof value !== 'string') return value ?? undefined;
  if (value.trim() === '') return undefined;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}

const details = z.unknown().transform((value, context): Details => {
  try {
    return readDetails(parse(value)) ?? {};
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    context.addIssue({ code: 'custom', message: error.errors?.['details'] ?? 'a JSON object' });
    return z.NEVER;
  }
});

/** An event of a file, with the columns id, url_id, user_id, event_type, timestamp, details (JSON). */
export const importedEvent = z.object({
  id: left(idCell),
  url_id: left(idCell),
  user_id: left(idCell),
  event_type: text(1, 50),
  timestamp: instantCell,
  details,
});
export type ImportedEvent = z.output<typeof importedEvent>;
