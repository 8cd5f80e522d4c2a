import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import { createClient } from 'redis';
import { call } from '../support/api.ts';
import { startTestService, type TestService } from '../support/service.ts';
import { createTestDatabase, startRedis } from '../support/stores.ts';
import { leadsTo, leaseHeld, makeLink } from './links.ts';

type Store = Awaited<ReturnType<typeof startRedis>>;
type Link = { id: number; code: string };

const grace = 50;
const writes = 25;
const target = (version: number) => `https://example.com/${version}`;
const versionOf = (location: string | number) => Number(String(location).split('/').at(-1));
const upTo = (most: number) => Math.floor(Math.random() * most);

/** Changes a link again and again, and remembers when each change was answered. */
async function keepChanging(replicas: readonly TestService[], { id }: Link, answered: number[]): Promise<void> {
  for (let version = 1; version <= writes; version++) {
    const writer = replicas[version % replicas.length] as TestService;
    const { status } = await call(writer, 'PUT', `/urls/${id}`, { original_url: target(version) });
    if (status !== 200) throw new Error(`a change was answered with ${status}`);
    answered[version] = performance.now();
    await sleep(upTo(80));
  }
}

/** Follows a link until the signal, and answers every redirect that was older than it may be. */
async function keepReading(replica: TestService, { code }: Link, answered: number[], signal: AbortSignal) {
  const stale: string[] = [];
  while (!signal.aborted) {
    const asked = performance.now();
    const seen = versionOf(await leadsTo(replica, code));
    const least = answered.findLastIndex((at) => at !== undefined && asked - at > grace);
    if (!(seen >= least))
      stale.push(`version ${seen} when ${least} was answered ${asked - (answered[least] ?? 0)} ms before`);
    if (upTo(4) === 0) await sleep(upTo(5));
  }
  return stale;
}

/** Does harm to the store until the signal. */
async function keepHarming(store: Store, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await sleep(upTo(150));
    const harm = upTo(4);
    if (harm === 0) await pauseFor(store, upTo(500));
    else if (harm === 1) await store.restart();
    else await tell(store, harm === 2 ? ['CLIENT', 'KILL', 'TYPE', 'pubsub'] : ['FLUSHALL']);
  }
}

async function pauseFor(store: Store, milliseconds: number): Promise<void> {
  await store.pause();
  await sleep(milliseconds);
  await store.resume();
}

async function tell(store: Store, command: string[]): Promise<void> {
  const client = createClient({ url: store.url, socket: { reconnectStrategy: false } });
  client.on('error', () => {});
  await client.connect();
  await client.sendCommand(command);
  client.destroy();
}

test.each(['a healthy', 'a suffering'])('with %s store no replica leads to what was changed before', async (state) => {
  await using database = await createTestDatabase();
  await using store = await startRedis();
  const settings = { databaseUrl: database.url, cacheUrl: store.url };
  await using one = await startTestService(settings);
  await using other = await startTestService(settings);
  await Promise.all([leaseHeld(one), leaseHeld(other)]);
  const link = await makeLink(one, target(0));
  const answered = [performance.now()];
  const ending = new AbortController();
  const { signal } = ending;
  const reading = [one, other, one, other].map((replica) => keepReading(replica, link, answered, signal));
  const harming = state === 'a suffering' ? keepHarming(store, signal) : Promise.resolve();
  await keepChanging([one, other], link, answered).finally(() => ending.abort());
  await harming;
  expect((await Promise.all(reading)).flat()).toEqual([]);
  await Promise.all([leaseHeld(one), leaseHeld(other)]);
  expect([await leadsTo(one, link.code), await leadsTo(other, link.code)]).toEqual([target(writes), target(writes)]);
});
