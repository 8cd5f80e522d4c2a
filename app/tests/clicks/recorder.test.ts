import { setImmediate as turn } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import { decodeBatch } from '../../src/clicks/batch.ts';
import { createBatchIds } from '../../src/clicks/batch-id.ts';
import type { Batch, Click } from '../../src/clicks/click.ts';
import { createRecorder } from '../../src/clicks/recorder.ts';

const click = (requestId: string, more: Partial<Click> = {}): Click => ({
  urlId: 1,
  at: 1_780_000_000_000,
  requestId,
  repeated: false,
  address: '198.51.100.77',
  userAgent: 'Firefox',
  referrer: 'https://example.com/secret/path',
  ...more,
});

/** A recorder whose deliveries end when the test says so. */
function start() {
  const delivered: { batch: Batch; done: () => void }[] = [];
  const deliver = (batch: Batch) => new Promise<void>((done) => delivered.push({ batch, done }));
  const visitor = () => 'visitor!';
  const recorder = createRecorder({ ids: createBatchIds(), visitor, agentText: (agent) => agent, deliver });
  const answered: string[] = [];
  const record = (id: string, more?: Partial<Click>) => recorder.record(click(id, more), () => answered.push(id));
  const ids = (n: number) => decodeBatch(delivered[n]?.batch.payload ?? Buffer.alloc(0)).clicks.map((c) => c.requestId);
  const turns = async () => {
    for (let n = 0; n < 4; n++) await turn();
  };
  return { recorder, record, delivered, answered, ids, turns };
}

test('clicks of one turn leave in one batch, and their answers wait for it', async () => {
  const { record, delivered, answered, ids, turns } = start();
  for (const id of ['a', 'b', 'c']) record(id);
  await turns();
  expect(delivered).toHaveLength(1);
  expect(ids(0)).toEqual(['a', 'b', 'c']);
  expect(answered).toEqual([]);
  delivered[0]?.done();
  await turns();
  expect(answered).toEqual(['a', 'b', 'c']);
});

test('what comes while a batch is on its way leaves together, after it', async () => {
  const { record, delivered, answered, ids, turns } = start();
  record('a');
  await turns();
  record('b');
  await turns();
  record('c');
  await turns();
  expect(delivered).toHaveLength(1);
  delivered[0]?.done();
  await turns();
  expect(answered).toEqual(['a']);
  expect(ids(1)).toEqual(['b', 'c']);
});

test('a batch has at most 1,000 clicks', async () => {
  const { record, delivered, answered, turns } = start();
  for (let n = 0; n < 1_500; n++) record(`r${n}`);
  await turns();
  expect(delivered[0]?.batch.clicks).toBe(1_000);
  delivered[0]?.done();
  await turns();
  expect(answered).toHaveLength(1_000);
  expect(delivered[1]?.batch.clicks).toBe(500);
});

test('idle waits for all that was recorded, and for nothing when there is nothing', async () => {
  const { recorder, record, delivered, turns } = start();
  await recorder.idle();
  record('a');
  let idle = false;
  const waiting = recorder.idle().then(() => {
    idle = true;
  });
  await turns();
  record('b');
  delivered[0]?.done();
  await turns();
  expect(idle).toBe(false);
  delivered[1]?.done();
  await waiting;
});

test('neither the address nor more than the host of the referrer leaves the process', async () => {
  const { record, delivered, turns } = start();
  record('a');
  await turns();
  const bytes = delivered[0]?.batch.payload.toString('latin1');
  expect(bytes).toContain('example.com');
  expect(bytes).not.toContain('198.51.100');
  expect(bytes).not.toContain('secret');
});

test('an endless User-Agent is cut, a broken character in it replaced', async () => {
  const { record, delivered, turns } = start();
  record('a', { userAgent: `\ud800${'x'.repeat(5_000)}` });
  await turns();
  const [recorded] = decodeBatch(delivered[0]?.batch.payload ?? Buffer.alloc(0)).clicks;
  expect(recorded?.userAgent).toBe(`\ufffd${'x'.repeat(399)}`);
});
