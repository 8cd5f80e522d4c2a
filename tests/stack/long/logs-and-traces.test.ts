import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { openLokiInAHurry } from '../support/loki.ts';
import { followUntilAllShow, lowerMonitoring, prometheus, raiseMonitoring } from '../support/monitoring.ts';
import { base, checkout, settings } from '../support/place.ts';
import { compose, mustScript, run } from '../support/programs.ts';
import { panelQueries, query } from '../support/queries.ts';
import { ask, eventually, shorten, stack } from '../support/stack.ts';

const loki = `http://127.0.0.1:${settings.LOKI_PORT}/loki/api/v1`;

async function valuesOf(path: string): Promise<string[]> {
  const answer = await fetch(`${loki}/${path}`);
  return ((await answer.json()) as { data?: string[] }).data ?? [];
}

beforeAll(() => raiseMonitoring('full'), 1_800_000);
afterAll(() => lowerMonitoring(), 600_000);

/** A request that was told to be traced, by its id and its trace's. */
type Traced = { id: string; trace: string };

/** Somebody who traces already decides that this one is traced, and not the hundredth. */
async function follow(): Promise<Traced> {
  const code = await shorten('https://example.com/traced');
  const [id, trace] = [`traced-${randomBytes(6).toString('hex')}`, randomBytes(16).toString('hex')];
  const traceparent = `00-${trace}-${randomBytes(8).toString('hex')}-01`;
  const headers = { 'x-request-id': id, traceparent };
  expect((await fetch(`${base}/${code}`, { redirect: 'manual', headers })).status).toBe(302);
  return { id, trace };
}

/** Traces that Prometheus knows as examples of the times that requests took. */
async function exemplars(): Promise<string[]> {
  const end = Date.now() / 1_000;
  const asked = new URLSearchParams({
    query: 'http_request_duration_seconds_bucket',
    start: `${end - 600}`,
    end: `${end}`,
  });
  const { data } = (await (await fetch(`${prometheus}/query_exemplars?${asked}`)).json()) as {
    data: { exemplars: { labels: { trace_id?: string } }[] }[];
  };
  return data.flatMap(({ exemplars: some }) => some.map(({ labels }) => labels.trace_id ?? ''));
}

type Stream = { stream: Record<string, string>; values: [string, string][] };

const grafanaSources = 'monitoring/grafana/provisioning/datasources/sources.yml';
/** What links data sources with each other. */
type Source = {
  type: string;
  jsonData: { tracesToLogsV2?: { query: string }; derivedFields?: { matcherRegex: string }[] };
};

async function streamsOf(query: string): Promise<Stream[]> {
  const answer = await fetch(`${loki}/query_range?${new URLSearchParams({ query })}`);
  if (!answer.ok) throw new Error(`${query}: ${answer.status} ${await answer.text()}`);
  return ((await answer.json()) as { data: { result: Stream[] } }).data.result;
}
/** Lines of the last hour. */
const linesOf = async (query: string): Promise<string[]> =>
  (await streamsOf(query)).flatMap(({ values }) => values.map(([, line]) => line));
/** The values of a label of the lines, each once. */
const labelsOf = async (query: string, label: string): Promise<string[]> => [
  ...new Set((await streamsOf(query)).map(({ stream }) => stream[label] ?? '')),
];

/** Services whose containers have said anything. */
async function talkative(): Promise<string[]> {
  const running = (await stack.list()).filter(({ state }) => state === 'running');
  const said = running.map(async ({ id, service }) => {
    const { stderr, stdout } = await run('docker', ['logs', '--tail', '1', id]);
    return stdout + stderr === '' ? '' : service;
  });
  return [...new Set(await Promise.all(said))].filter((service) => service !== '').toSorted();
}

describe('logs and traces of the stack', () => {
  test('all of it at rest → at most 1.2 GB', async () => {
    const held = 'sum(container_memory_working_set_bytes) < 1.2e9 and count(container_memory_working_set_bytes) > 15';
    await eventually('containers hold no more', async () =>
      (await query(prometheus, held)).series === 1 ? true : undefined,
    );
  });

  test('a request by its id → its lines of nginx and replica, the spans of its trace, its click, its time on a board', async () => {
    const { id, trace } = await follow();
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
    expect(told).toContain(`Trace ${trace}`);
    expect(told).toContain('received at the edge');
    await eventually('its click names it', async () => {
      const events = (await (await ask('GET', '/events?event_type=click&order=desc')).json()) as {
        details: { request_id?: string };
      }[];
      return events.some(({ details }) => details.request_id === id) ? true : undefined;
    });
    await eventually('its trace is an example of its time', async () =>
      (await exemplars()).includes(trace) ? true : undefined,
    );
  });

  test('every container that says anything is in Loki, under three labels and no more', async () => {
    const services = await talkative();
    expect(services).toEqual(expect.arrayContaining(['app', 'autoscaler', 'nginx', 'postgres', 'prometheus']));
    await eventually('all services have lines', async () => {
      const seen = await valuesOf('label/service/values');
      return services.every((service) => seen.includes(service)) ? true : undefined;
    }).catch(async () => expect(await valuesOf('label/service/values')).toEqual(expect.arrayContaining(services)));
    expect((await valuesOf('labels')).toSorted()).toEqual(['container', 'level', 'service']);
    expect(await valuesOf('label/level/values')).toContain('info');
  });

  test(
    'after minutes of requests → no panel is empty that should not be, budgets among them',
    () => followUntilAllShow(6),
    480_000,
  );

  test('Postgres says ERROR in its own words → the log panels show it', async () => {
    const panels = panelQueries.filter(({ kind }) => kind === 'logs');
    expect(panels.length).toBeGreaterThan(0);
    const failing = ['exec', '-T', 'postgres', 'psql', '-qU', 'shortstack', '-c', 'select 1 / 0'];
    await compose(...failing).catch(() => {});
    for (const { expr } of panels)
      await eventually(`${expr} has it`, async () =>
        (await linesOf(expr)).some((line) => /ERROR: {2}division by zero/.test(line)) ? true : undefined,
      );
  });

  test('from a trace to its lines, and from a line to its trace, as Grafana is told to go', async () => {
    const { trace } = await follow();
    const { datasources } = parse(await readFile(join(checkout, grafanaSources), 'utf8')) as { datasources: Source[] };
    const jaeger = datasources.find(({ type }) => type === 'jaeger')?.jsonData.tracesToLogsV2?.query ?? '';
    const query = jaeger.replace('$${__trace.traceId}', trace);
    expect(query).toContain(trace);
    await eventually('the lines of the trace', async () => ((await linesOf(query)).length > 0 ? true : undefined));
    const [field] = datasources.find(({ type }) => type === 'loki')?.jsonData.derivedFields ?? [];
    expect(await labelsOf(query, field?.matcherRegex ?? '')).toEqual([trace]);
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
