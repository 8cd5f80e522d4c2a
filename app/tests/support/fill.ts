import pg from 'pg';
import type { TestService } from './service.ts';

/** Puts so many links into a service's database, of a user or of nobody, the newest with the highest number in its title. */
export async function fillWithLinks(
  { databaseUrl }: Pick<TestService, 'databaseUrl'>,
  count: number,
  userId: number | null = null,
): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    await client.query(
      `insert into urls (user_id, short_code, original_url, title, tags)
       select $2::bigint, 'fill' || n, 'https://example.com/page/' || n, 'Page ' || n,
              case when n % 10 = 0 then array['tenth'] else '{}' end
       from generate_series(1, $1::int) n`,
      [count, userId],
    );
    await client.query('analyze urls');
  } finally {
    await client.end();
  }
}
