import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { openLokiInAHurry } from '../support/loki.ts';
import { lowerMonitoring, raiseMonitoring } from '../support/monitoring.ts';
import { base, settings } from '../support/place.ts';
import { mustScript } from '../support/programs.ts';
import { panelQueries } from '../support/queries.ts';
import { eventually, shorten } from '../support/stack.ts';

const loki = `http://127.0.0.1:${settings.LOKI_PORT}/loki/api/v1`;

async function valuesOf(path: string): Promise<string[]> {
  const answer = await fetch(`${loki}/${path}`);
  return ((await answer.json()) as { data?: string[] }).data ?? [];
}

beforeAll(() => raiseMonitoring('full'), 1_800_000);
afterAll(lowerMonitoring, 600_000);

describe('logs and traces of the stack', () => {
  test('a request by its id → its lines of nginx and replica, and the spans of its trace', async () => {
    const code = await shorten('https://example.com/traced');
    const id = `traced-${randomBytes(6).toString('hex')}`;
    // Somebody who traces already decides that this one is traced, and not the hundredth.
    const traceparent = `00-${randomBytes(16).toString('hex')}-${randomBytes(8).toString('hex')}-01`;
    const { status } = await fetch(`${base}/${code}`, {
      redirect: 'manual',
      headers: { 'x-request-id': id, traceparent },
    });
    expect(status).toBe(302);
    const told = await eventually(
      'scripts/trace shows lines and spans',
      async () => {
        const text = await mustScript('trace', id);
        return text.includes('GET /:code') && text.includes('nginx') ? text : undefined;
      },
      120_000,
    );
    expect(told).toMatch(/-nginx-1 {2}info request .*status=302/);
    expect(told).toMatch(/-app-\d+ {2}info request .*status=302/);
    expect(told).toContain(`Trace ${traceparent.split('-')[1]}`);
    expect(told).toContain('received at the edge');
  });

  test('every container writes to Loki, under three labels and no more', async () => {
    const services = ['app', 'autoscaler', 'nginx', 'postgres', 'prometheus'];
    await eventually('all services have lines', async () => {
      const seen = await valuesOf('label/service/values');
      return services.every((service) => seen.includes(service)) ? true : undefined;
    });
    expect((await valuesOf('labels')).toSorted()).toEqual(['container', 'level', 'service']);
    expect(await valuesOf('label/level/values')).toContain('info');
  });

  test('the log panels ask what Loki answers', async () => {
    for (const { expr } of panelQueries.filter(({ kind }) => kind === 'logs')) {
      const answer = await fetch(`${loki}/query_range?${new URLSearchParams({ query: expr })}`);
      expect([expr, answer.status]).toEqual([expr, 200]);
    }
  });

  test('a line of 73 hours ago → deleted from the disk; one of 71 hours ago stays', async () => {
    await using loki = await openLokiInAHurry();
    await loki.push('kept', 71);
    await loki.push('old', 73);
    await eventually('both are on the disk', async () => ((await loki.chunks()) === 2 ? true : undefined));
    expect([await loki.count('kept'), await loki.count('old')]).toEqual([1, 1]);
    // As it ends it writes the index, which the compactor then reads.
    await loki.restart();
    await eventually('one is left on the disk', async () => ((await loki.chunks()) === 1 ? true : undefined), 180_000);
    expect([await loki.count('kept'), await loki.count('old')]).toEqual([1, 0]);
  }, 300_000);
});
