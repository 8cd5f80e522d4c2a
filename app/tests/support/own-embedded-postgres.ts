import { startEmbeddedPostgres } from '../../src/platform/embedded-postgres.ts';

// A process that owns an embedded Postgres in the folder named on the command line until it is killed.
const { url, pid, exited } = await startEmbeddedPostgres({ dataDir: process.argv[2] ?? '' });
console.log(JSON.stringify({ url, pid }));
await exited;
