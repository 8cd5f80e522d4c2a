import { z } from 'zod';
import { parseImported, type ShortCode } from '../codes/short-code.ts';
import { countCell, flagCell, idCell, instantCell, left } from '../http/cells.ts';
import { alias, type CountedUrlRow, type UrlSchemas } from './url.ts';

/** Columns of a file of urls: those of the table, in an order that people can read. */
export const urlColumns = [
  'id',
  'user_id',
  'short_code',
  'original_url',
  'title',
  'is_active',
  'created_at',
  'updated_at',
  'expires_at',
  'max_clicks',
  'redirect_type',
  'forward_query',
  'tags',
  'click_count',
] as const;

const code = z.string('a text').transform((value, context): ShortCode => {
  const parsed = parseImported(value);
  if (parsed) return parsed;
  context.addIssue({ code: 'custom', message: 'at most 32 letters, digits, _ and -, and not a reserved word' });
  return z.NEVER;
});

const plainTag = /^[^|[\s](?:[^|]*[^|\s])?$/;

/** Tags in one cell: `a|b`, or as JSON where a tag would not come back from that. */
export const tagsCell = (tags: readonly string[]): string =>
  tags.every((tag) => plainTag.test(tag)) ? tags.join('|') : JSON.stringify(tags);

function readTags(value: unknown): unknown {
  if (typeof value !== 'string') return value;
  if (!value.startsWith('[')) {
    return value
      .split('|')
      .map((tag) => tag.trim())
      .filter((tag) => tag !== '');
  }
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}

const toNumber = (value: unknown): unknown =>
  typeof value === 'string' && /^\d{3}$/.test(value) ? Number(value) : value;

/** A url that comes in a file or a list, where it may bring along all that it has. Its rules are those of a new url. */
export function importedUrl({ newUrl: { shape } }: Pick<UrlSchemas, 'newUrl'>) {
  return z
    .object({
      id: left(idCell),
      user_id: left(idCell),
      short_code: left(code),
      custom_alias: left(alias),
      original_url: shape.original_url,
      title: left(shape.title),
      is_active: left(flagCell),
      created_at: left(instantCell),
      updated_at: left(instantCell),
      expires_at: left(instantCell),
      max_clicks: left(countCell),
      redirect_type: left(z.preprocess(toNumber, shape.redirect_type)),
      forward_query: left(flagCell),
      tags: left(z.preprocess(readTags, shape.tags)),
    })
    .meta({ id: 'ImportedUrl' });
}

export type ImportedUrl = z.output<ReturnType<typeof importedUrl>>;

/** A url as a record of the columns above. */
export const urlRecord = (row: CountedUrlRow): (string | number | boolean | null)[] => {
  const cells = {
    ...row,
    tags: tagsCell(row.tags),
    created_at: row.created_at.toISOString(),
    updated_at: row.updated_at.toISOString(),
    expires_at: row.expires_at?.toISOString() ?? null,
  };
  return urlColumns.map((column) => cells[column]);
};
