import pg from 'pg';

/** Codes from a hash of the number: spread over the index as real ones are, and the same in every run. */
const rows = `
  insert into urls (short_code, original_url, title)
  select translate(substr(encode(sha256(n::text::bytea), 'base64'), 1, 7), '+/', 'xy'),
         'https://example.com/page/' || n, 'Page ' || n
  from generate_series($1::int, $2::int) as n
  on conflict (short_code) do nothing`;

const step = 50_000;

const divisor = (a: number, b: number): number => (b === 0 ? a : divisor(b, a % b));
const golden = (Math.sqrt(5) - 1) / 2;

/**
 * The rows, 1 … `rows`, of the `popular` most popular links: (rank × step) mod rows. Links that are followed side by side lie
 * far apart, so that a page of the table that is read for one is none that the next one needs, and no two share a row.
 */
export function spreadOver(rows: number, popular: number): number[] {
  let step = Math.max(1, Math.round(rows * golden));
  while (divisor(rows, step) !== 1) step += 1;
  return Array.from({ length: popular }, (_, rank) => ((rank * step) % rows) + 1);
}

/** The codes of rows, in the order of their ids given. A row that another has taken the code of is left out. */
const codesOf =
  'select short_code from unnest($1::bigint[]) with ordinality as wanted (id, rank) join urls using (id) order by rank';

/** Fills the database with `count` urls, and answers the codes of `popular` of them that are spread over all. */
export async function makeUrls(url: string, count: number, popular: number): Promise<string[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    for (let from = 1; from <= count; from += step) await client.query(rows, [from, Math.min(from + step - 1, count)]);
    await client.query('vacuum (analyze) urls');
    const { rows: found } = await client.query<{ short_code: string }>(codesOf, [spreadOver(count, popular)]);
    return found.map((row) => row.short_code);
  } finally {
    await client.end();
  }
}

/** People who own links, each as many as fill a page, made beside what `makeUrls` made. */
const owners = `
  with made as (
    insert into users (username, email)
    select 'owner' || n, 'owner' || n || '@example.com' from generate_series(1, $1::int) n
    on conflict do nothing returning id
  )
  insert into urls (short_code, original_url, title, user_id)
  select 'own' || made.id || 'x' || n, 'https://example.com/own/' || n, 'Own ' || n, made.id
  from made, generate_series(1, 20) n`;

/** Makes `count` users with urls, and answers the users' ids. */
export async function makeOwners(url: string, count: number): Promise<number[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(owners, [count]);
    await client.query('vacuum (analyze) users, urls');
    return (await client.query<{ id: string }>('select id from users order by id')).rows.map(({ id }) => Number(id));
  } finally {
    await client.end();
  }
}

/** Clicks that Postgres holds. */
export async function storedClicks(client: pg.Client): Promise<number> {
  const { rows: found } = await client.query<{ sum: string }>(
    'select coalesce(sum(clicks), 0) as sum from url_counters',
  );
  return Number(found[0]?.sum ?? 0);
}
