import pg from 'pg';
import type { TestService } from './service.ts';

/** Puts so many links into a service's database, the newest with the highest number in its title. */
export async function fillWithLinks({ databaseUrl }: Pick<TestService, 'databaseUrl'>, count: number): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    await client.query(
      `insert into urls (short_code, original_url, title, tags)
       select 'fill' || n, 'https://example.com/page/' || n, 'Page ' || n,
              case when n % 10 = 0 then array['tenth'] else '{}' end
       from generate_series(1, $1::int) n`,
      [count],
    );
    await client.query('analyze urls');
  } finally {
    await client.end();
  }
}
