import { startEmbeddedPostgres } from '../../src/platform/embedded-postgres.ts';

// A process that owns an embedded Postgres in the folder named on the command line until it is killed.
const [, , dataDir] = process.argv;
if (!dataDir) throw new Error('no folder was named');
const { url, pid, exited } = await startEmbeddedPostgres({ dataDir });
console.log(JSON.stringify({ url, pid }));
await exited;
