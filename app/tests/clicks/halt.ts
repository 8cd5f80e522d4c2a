import pg from 'pg';

/** Lets nothing be written to the history until it is disposed, while everything else goes on. */
export async function haltIngestion(databaseUrl: string): Promise<AsyncDisposable> {
  const client = new pg.Client(databaseUrl);
  client.on('error', () => {}); // Postgres may be killed meanwhile.
  await client.connect();
  await client.query('begin');
  await client.query('lock table click_batches in exclusive mode');
  return { [Symbol.asyncDispose]: () => client.end() };
}
