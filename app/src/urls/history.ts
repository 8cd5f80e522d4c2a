import type { NewEvent, SystemEvent } from '../events/event.ts';
import type { UrlRow } from './table.ts';
import type { UrlChange } from './url.ts';

/** Fields that a PUT may change, and so those of which history tells what they were. */
const changeable = [
  'original_url',
  'title',
  'is_active',
  'expires_at',
  'max_clicks',
  'redirect_type',
  'forward_query',
  'tags',
] as const;

type Changed = Record<string, { from: unknown; to: unknown }>;

/** The fields that a change really changes, with both values; undefined where there is none. */
export function changesOf(before: UrlRow, change: UrlChange): Changed | undefined {
  const changed = changeable
    .filter((field) => change[field] !== undefined && JSON.stringify(before[field]) !== JSON.stringify(change[field]))
    .map((field) => [field, { from: before[field], to: change[field] }] as const);
  return changed.length > 0 ? Object.fromEntries(changed) : undefined;
}

/** An event of a url's life, about the state that the row shows. */
export const urlEvent = (
  type: Exclude<SystemEvent, 'click'>,
  row: UrlRow,
  more: Record<string, unknown> = {},
): NewEvent => ({
  event_type: type,
  url_id: row.id,
  user_id: row.user_id,
  details: { short_code: row.short_code, original_url: row.original_url, ...more },
});
