import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { awaitSettled, settledAfter } from '../../src/chaos/settled.ts';
import { answering } from './answering.ts';

const began = Date.parse('2026-03-01T12:00:00Z');
const runtime = '{"status":"success","data":{"startTime":"2026-03-01T12:00:00.000000000Z","GOMAXPROCS":2}}';

/** Asks at a moment, and answers how long it was waited for, and what was said. */
async function settle(at: number, body = runtime, controller = new AbortController()) {
  await using server = await answering(body);
  const rested: number[] = [];
  const said: string[] = [];
  const rest = async (milliseconds: number) => void rested.push(milliseconds);
  const clock = { now: () => at, rest };
  await awaitSettled({ address: server.at, clock, signal: controller.signal, print: (line) => said.push(line) });
  return { rested, said };
}

describe('before the first drill', () => {
  test('a Prometheus that has only begun is waited for', async () => {
    const { rested, said } = await settle(began + 30_000);
    expect(rested).toEqual([60_000]);
    expect(said).toEqual(['Prometheus has only begun: waiting 60 s until it tells that something is gone']);
  });
  test('one that has run for long is not', async () => {
    expect(await settle(began + settledAfter)).toEqual({ rested: [], said: [] });
  });
  test('who interrupts waits no longer', async () => {
    const controller = new AbortController();
    controller.abort();
    await expect(settle(began, runtime, controller)).rejects.toThrow('interrupted');
  });
  test('one that answers something else is said to', async () => {
    await expect(settle(began, 'hello')).rejects.toThrow('does not say since when it runs');
  });
  test('it is as long as the rules wait', async () => {
    const file = join(import.meta.dirname, '../../../monitoring/prometheus/rules/alerts.yml');
    const limits = [...(await readFile(file, 'utf8')).matchAll(/process_start_time_seconds\S* < (\d+)\)/g)];
    expect(limits.length).toBeGreaterThan(0);
    expect(new Set(limits.map(([, seconds]) => Number(seconds) * 1_000))).toEqual(new Set([settledAfter]));
  });
});
