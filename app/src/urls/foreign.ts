/** A record of a file, by its column or field names in lower case. */
export type ForeignRecord = Readonly<Record<string, unknown>>;
export type Origin = 'ours' | 'shlink' | 'kutt' | 'yourls' | 'yourls-csv' | 'unknown';
export type Translated = { kind: 'url'; url: Record<string, unknown> } | { kind: 'refused'; error: string };

/** `Long URL`, `longUrl` and `long_url` are one name. */
const bare = (name: string): string => name.toLowerCase().replace(/[\s_-]/g, '');

/** The record by bare names; fields of a nested `meta` (Shlink's API) are beside the others. */
function byBareName(record: ForeignRecord): Map<string, unknown> {
  const nested = record['meta'];
  const inner = typeof nested === 'object' && nested !== null ? Object.entries(nested) : [];
  return new Map([...Object.entries(record), ...inner].map(([name, value]) => [bare(name), value]));
}

/** What tells each service's files: Shlink's web client and API, Kutt's API, YOURLS's table and its CSV plugin. */
const marks: readonly (readonly [Origin, readonly string[]])[] = [
  ['shlink', ['longurl', 'shortcode']],
  ['kutt', ['address', 'target']],
  ['yourls', ['keyword', 'url']],
  ['yourls-csv', ['source', 'target']],
];

/** Which service wrote a record, told by its columns. */
export function originOf(record: ForeignRecord): Origin {
  if ('original_url' in record) return 'ours';
  const names = byBareName(record);
  return marks.find(([, needed]) => needed.every((name) => names.has(name)))?.[0] ?? 'unknown';
}

const isTrue = (value: unknown): boolean => value === true || value === 1 || /^(true|1)$/i.test(String(value));
const given = (value: unknown): boolean => value !== undefined && value !== null && value !== '' && value !== false;
const url = (fields: Record<string, unknown>): Translated => ({ kind: 'url', url: fields });
const refused = (error: string): Translated => ({ kind: 'refused', error });

/** Kutt: `address` is the code. Without its password a link would be open to everybody. */
function fromKutt(names: ReadonlyMap<string, unknown>): Translated {
  const password = names.get('password');
  if (given(password) && !/^(false|0)$/i.test(String(password)))
    return refused('password: links with one are not taken');
  return url({
    short_code: names.get('address'),
    original_url: names.get('target'),
    title: names.get('description'),
    created_at: names.get('createdat'),
    updated_at: names.get('updatedat'),
    expires_at: names.get('expirein'),
    is_active: !isTrue(names.get('banned')),
  });
}

/** Visits that Shlink's limit still allows: they come without their visits. */
function visitsLeft(names: ReadonlyMap<string, unknown>): { max_clicks?: unknown; is_active?: boolean } {
  const most = names.get('maxvisits');
  if (!given(most)) return {};
  const summary = names.get('visitssummary') as { total?: unknown } | null | undefined;
  const made = Number(summary?.total ?? names.get('visits') ?? names.get('visitscount') ?? 0);
  const rest = Number(most) - made;
  return rest > 0 ? { max_clicks: rest } : { max_clicks: most, is_active: false };
}

function fromShlink(names: ReadonlyMap<string, unknown>): Translated {
  if (given(names.get('validsince'))) return refused('validSince: links that begin later are not taken');
  return url({
    short_code: names.get('shortcode'),
    original_url: names.get('longurl'),
    title: names.get('title'),
    tags: names.get('tags'),
    created_at: names.get('datecreated') ?? names.get('createdat'),
    expires_at: names.get('validuntil'),
    forward_query: names.get('forwardquery'),
    ...visitsLeft(names),
  });
}

const fromYourls = (names: ReadonlyMap<string, unknown>): Translated =>
  url({
    short_code: names.get('keyword'),
    original_url: names.get('url'),
    title: names.get('title'),
    created_at: names.get('timestamp'),
  });

/** The plugin writes the keyword as a path: `/keyword/`. */
const fromYourlsCsv = (names: ReadonlyMap<string, unknown>): Translated =>
  url({ short_code: String(names.get('source') ?? '').replace(/^\/|\/$/g, ''), original_url: names.get('target') });

/** A record of any origin in our own terms, still to be checked by the rules of an imported url. */
export function translate(origin: Origin, record: ForeignRecord): Translated {
  if (origin === 'ours') return url({ ...record });
  const names = byBareName(record);
  if (origin === 'kutt') return fromKutt(names);
  if (origin === 'shlink') return fromShlink(names);
  if (origin === 'yourls') return fromYourls(names);
  if (origin === 'yourls-csv') return fromYourlsCsv(names);
  return refused('none of the known columns: original_url, or those of a Kutt, Shlink or YOURLS export');
}
