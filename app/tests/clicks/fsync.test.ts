import { expect, test } from '@jest/globals';
import { createClient } from 'redis';
import { makeLink, metric } from '../redirects/links.ts';
import { freePort } from '../support/free-port.ts';
import { runRedis } from '../support/redis-server.ts';
import { startTestService } from '../support/service.ts';
import { sharedStores } from '../support/shared-stores.ts';
import { onSlowDisk } from '../support/slow-disk.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { until } from '../support/until.ts';
import { haltIngestion } from './halt.ts';
import { expectEachOnce } from './history.ts';
import { startTraffic, type Traffic } from './traffic.ts';

/** By how much each fsync is slower, in milliseconds. */
const longer = 300;

/** How long a write takes that waits for its fsync, in milliseconds. */
async function writingTime(url: string): Promise<number> {
  const client = createClient({ url });
  await client.connect();
  const start = performance.now();
  await client.set('a', 'b');
  const took = performance.now() - start;
  await client.del('a');
  client.destroy();
  return took;
}

// With everysec the server holds writes back while an fsync is slow, and a kill loses them: docs/decisions/0020.
test.each(['no', 'always'])('appendfsync %s, slow fsyncs, the queue is killed: nothing is lost', async (policy) => {
  await using stack = new AsyncDisposableStack();
  const { path: dir } = stack.use(await temporaryFolder());
  const program = await onSlowDisk(sharedStores().redisProgram, dir, longer);
  const args = ['--appendonly', 'yes', '--appendfsync', policy];
  const queue = stack.use(await runRedis(program, { port: await freePort(), dir, args }));
  if (policy === 'always') expect(await writingTime(queue.url)).toBeGreaterThanOrEqual(longer);
  // Patient enough to wait for an fsync: what the queue acknowledged must be there, not only what went to Postgres.
  const service = stack.use(await startTestService({ queueUrl: queue.url, storeTimeout: 5_000 }));
  const { code } = await makeLink(service, 'https://example.com/');
  let traffic: Traffic;
  {
    await using _halted = await haltIngestion(service.databaseUrl);
    traffic = startTraffic([service], code);
    stack.defer(() => traffic.stop());
    await traffic.answers(policy === 'always' ? 20 : 2_000);
    await queue.kill();
    await traffic.answers(100);
    expect(await metric(service, 'clicks_ingested_total')).toBe(0);
  }
  await queue.restart();
  await traffic.stop();
  await until(async () => (await metric(service, 'clicks_appended_total{way="queue"}')) > 0);
  expect(await expectEachOnce(service.databaseUrl, traffic.answered)).toBe(0);
});
