import { expect, test } from '@jest/globals';
import { drawsRoots, pairs } from '../../src/platform/telemetry-settings.ts';
import { makeLink } from '../redirects/links.ts';
import { type Collector, startCollector } from '../support/otlp.ts';
import { startTestService, type TestService } from '../support/service.ts';
import { testRedisUrl } from '../support/stores.ts';

const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
const edgeSpan = '00f067aa0ba902b7';
const traceparent = (flags: '00' | '01') => `00-${traceId}-${edgeSpan}-${flags}`;

type Overrides = Parameters<typeof startTestService>[0];

/** What a collector got of a service that ran some requests and ended, so that all was sent. */
async function traced(
  overrides: Overrides | ((collector: Collector) => Overrides),
  run: (service: TestService) => Promise<unknown>,
): Promise<Pick<Collector, 'spans' | 'services' | 'requests'>> {
  await using collector = await startCollector();
  {
    const more = typeof overrides === 'function' ? overrides(collector) : overrides;
    await using service = await startTestService({ otlpEndpoint: collector.url, ...more });
    await run(service);
  }
  return collector;
}

test('a request that the edge traces: one trace from the edge to Postgres and Redis', async () => {
  const cacheUrl = await testRedisUrl();
  const { spans, requests } = await traced({ cacheUrl, otlpHeaders: 'x-team=a%20b' }, async ({ url }) => {
    await fetch(`${url}/users/7`, {
      headers: { traceparent: traceparent('01'), 'X-Request-Start': 't=1700000000.123' },
    });
    // Before the cache store vouches for the replica's own memory, a redirect does not ask it.
    while (!/^cache_lease_held 1$/m.test(await (await fetch(`${url}/metrics`)).text()));
    await fetch(`${url}/unknown`, { headers: { traceparent: traceparent('01') } });
  });
  const root = spans.find(({ name }) => name === 'GET /users/:id');
  expect(root).toMatchObject({ traceId, parentId: edgeSpan });
  expect(spans).toContainEqual({ traceId, spanId: expect.any(String), parentId: root?.spanId, name: 'postgres' });
  const redirect = spans.find(({ name }) => name === 'GET /:code');
  const below = spans.filter(({ parentId }) => parentId === redirect?.spanId).map(({ name }) => name);
  expect(below).toEqual(expect.arrayContaining([expect.stringMatching(/^redis /)]));
  expect(requests[0]).toMatchObject({ path: '/v1/traces', headers: { 'x-team': 'a b' } });
});

test('a traced redirect shows the wait for its click, and nothing of the requests behind it, however busy it is', async () => {
  const queueUrl = await testRedisUrl();
  const { spans } = await traced({ queueUrl }, async (service) => {
    const { code } = await makeLink(service, 'https://example.com/target');
    const follow = async (flags: '00' | '01') => {
      const headers = { traceparent: traceparent(flags) };
      expect((await fetch(`${service.url}/${code}`, { redirect: 'manual', headers })).status).toBe(302);
    };
    const others = async () => {
      for (let count = 0; count < 50; count += 1) await follow('00');
    };
    await Promise.all([follow('01'), ...Array.from({ length: 16 }, others)]);
  });
  const redirect = spans.find(({ name }) => name === 'GET /:code');
  const names = spans.filter(({ parentId }) => parentId === redirect?.spanId).map(({ name }) => name);
  expect(names).toContain('click');
  // That of the batch which it began, if it did.
  expect(spans.filter(({ name }) => name === 'redis XADD').length).toBeLessThanOrEqual(1);
});

test('a request that the edge does not trace leaves nothing', async () => {
  const { spans } = await traced({}, ({ url }) =>
    fetch(`${url}/users/7`, { headers: { traceparent: traceparent('00') } }),
  );
  expect(spans).toEqual([]);
});

test('without an edge the sampler decides: all, or none', async () => {
  const ask = ({ url }: TestService) => fetch(`${url}/users/7`, { headers: { traceparent: 'nonsense' } });
  const all = await traced({ otelSampler: 'always_on' }, ask);
  expect(all.spans.filter(({ parentId }) => parentId === '').map(({ name }) => name)).toEqual(['GET /users/:id']);
  expect((await traced({ otelSampler: 'always_off' }, ask)).spans).toEqual([]);
  expect((await traced({ otelSampler: 'traceidratio', otelSamplerArg: 0 }, ask)).spans).toEqual([]);
  expect((await traced({ otelSampler: 'parentbased_always_on' }, ask)).spans).not.toEqual([]);
});

test.each([
  ['app', {}],
  ['links', { otelResource: 'service.name=links' }],
  ['shop', { otelResource: 'service.name=links', otelServiceName: 'shop' }],
])('the service is called %s by %j', async (name, overrides) => {
  const { services } = await traced({ otelSampler: 'always_on', ...overrides }, ({ url }) => fetch(`${url}/users/7`));
  expect(new Set(services)).toEqual(new Set([name]));
});

test.each([[{ otelDisabled: true }], [{ otelExporter: 'none' as const }], [{ otlpEndpoint: undefined }]])(
  'with %j nothing is sent',
  async (overrides) => {
    const { requests } = await traced({ otelSampler: 'always_on', ...overrides }, ({ url }) => fetch(`${url}/users/7`));
    expect(requests).toEqual([]);
  },
);

test('the address and the headers of traces alone come before those of all', async () => {
  const overrides = ({ url }: Collector) => ({
    ...{ otlpEndpoint: 'http://127.0.0.1:1', otlpTracesEndpoint: `${url}/anywhere` },
    ...{ otlpHeaders: 'x-team=all', otlpTracesHeaders: 'x-team=traces', otelSampler: 'always_on' as const },
  });
  const { requests } = await traced(overrides, ({ url }) => fetch(`${url}/users/7`));
  expect(requests[0]).toMatchObject({ path: '/anywhere', headers: { 'x-team': 'traces' } });
});

test('what is set for traces alone comes before what is set for all: sent small', async () => {
  const overrides = { otlpTracesCompression: 'gzip', otelSampler: 'always_on' } as const;
  const { requests, spans } = await traced(overrides, ({ url }) => fetch(`${url}/users/7`));
  expect(requests[0]?.headers['content-encoding']).toBe('gzip');
  expect(spans.map(({ name }) => name)).toContain('GET /users/:id');
});

test('no more spans are sent at once than may be', async () => {
  const follow = async ({ url }: TestService) => {
    for (let count = 0; count < 3; count += 1) await fetch(`${url}/users/7`);
  };
  const sampled = { otelSampler: 'always_on', batchDelay: 60_000, batchTimeout: 5_000 } as const;
  const together = await traced(sampled, follow);
  const alone = await traced({ ...sampled, batchSize: 1 }, follow);
  expect(alone.requests.length).toBe(alone.spans.length);
  expect(together.requests.length).toBeLessThan(together.spans.length);
});

test('parentbased_always_off begins no trace, and goes on with one that the edge has begun', async () => {
  const { spans } = await traced({ otelSampler: 'parentbased_always_off' }, async ({ url }) => {
    await fetch(`${url}/users/7`);
    await fetch(`${url}/users/7`, { headers: { traceparent: traceparent('01') } });
  });
  expect(spans.filter(({ name }) => name === 'GET /users/:id')).toMatchObject([{ traceId, parentId: edgeSpan }]);
});

test('the usual sampler without an edge: its share, 0 and 1 at the ends', async () => {
  const ask = ({ url }: TestService) => fetch(`${url}/users/7`);
  const sampled = (otelSamplerArg: number) => traced({ otelSampler: 'parentbased_traceidratio', otelSamplerArg }, ask);
  expect((await sampled(0)).spans).toEqual([]);
  expect((await sampled(1)).spans).not.toEqual([]);
});

test('the usual sampler begins so many traces a second, and as many in the next', () => {
  let time = 1_000_999;
  const draws = drawsRoots({ name: 'parentbased_traceidratio', share: 1, mostPerSecond: 3, now: () => time });
  const begun = () => Array.from({ length: 10 }, draws).filter((each) => each).length;
  expect(begun()).toBe(3);
  time += 1;
  expect(begun()).toBe(3);
  expect(drawsRoots({ name: 'always_on', share: 1, mostPerSecond: 1, now: () => time })()).toBe(true);
});

test('a trace that the edge has begun goes on above the bound', async () => {
  const { spans } = await traced({ otelSamplerArg: 1, traceRate: 1 }, async ({ url }) => {
    for (let count = 0; count < 3; count += 1)
      await fetch(`${url}/users/7`, { headers: { traceparent: traceparent('01') } });
  });
  expect(spans.filter(({ name }) => name === 'GET /users/:id')).toHaveLength(3);
});

test('the line of a traced request has its trace', async () => {
  const key = 'an-admin-key-of-the-environment';
  const headers = { 'X-API-Key': key, traceparent: traceparent('01') };
  let logs: Record<string, unknown>[] = [];
  await traced({ auth: true, apiKey: key, logLevel: 'info', otelSamplerArg: 0 }, async ({ url }) => {
    await fetch(`${url}/users/7`, { headers: { ...headers, 'X-Request-ID': 'traced-one' } });
    await fetch(`${url}/users/7`, { headers: { 'X-API-Key': key, 'X-Request-ID': 'other-one' } });
    const response = await fetch(`${url}/logs?filter=-one`, { headers: { 'X-API-Key': key } });
    logs = ((await response.json()) as { logs: Record<string, unknown>[] }).logs;
  });
  expect(logs.find((line) => line['request_id'] === 'traced-one')).toMatchObject({ trace_id: traceId });
  expect(logs.find((line) => line['request_id'] === 'other-one')).not.toHaveProperty('trace_id');
});

test('the latency of a traced request points to its trace', async () => {
  let metrics = '';
  let type: string | null = '';
  await traced({}, async ({ url }) => {
    await fetch(`${url}/users/7`, { headers: { traceparent: traceparent('01') } });
    await fetch(`${url}/unknown`, { headers: { traceparent: traceparent('01') } });
    const response = await fetch(`${url}/metrics`);
    type = response.headers.get('Content-Type');
    metrics = await response.text();
  });
  expect(type).toMatch(/^application\/openmetrics-text/);
  expect(metrics).toMatch(new RegExp(`route="/users/:id",status="404"\\} 1 # \\{trace_id="${traceId}"\\}`));
  expect(metrics).toMatch(new RegExp(`route="/:code",status="404"\\} 1 # \\{trace_id="${traceId}"\\}`));
  expect(metrics).toContain('rate_limited_requests_total{class="read"} 0');
  expect(metrics).toMatch(/# EOF\s*$/);
});

test('a collector that is away costs no request anything', async () => {
  await using service = await startTestService({ otlpEndpoint: 'http://127.0.0.1:1', otelSampler: 'always_on' });
  expect((await fetch(`${service.url}/users/7`)).status).toBe(404);
});

test.each([
  ['', {}],
  ['a=b', { a: 'b' }],
  ['a=b, c = d%20e ,=x,y', { a: 'b', c: 'd e' }],
  ['a=%zz', { a: '%zz' }],
])('the pairs of %j', (text, expected) => {
  expect(pairs(text)).toEqual(expected);
});
