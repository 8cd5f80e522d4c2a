import { once } from 'node:events';
import { createServer } from 'node:http';
import { expect, test } from '@jest/globals';
import { firstLines, linesOfCompose, linesOfLoki, showLine, traceIdOf } from '../../src/trace/log-line.ts';
import { createLookUp } from '../../src/trace/look-up.ts';
import { showSpans } from '../../src/trace/span.ts';

const app =
  '{"level":"info","message":"request","request_id":"r-1","status":302,"trace_id":"t-1","timings":{"db":1.5}}';
const edge = '{"level":"info","message":"request","request_id":"r-1","status":302,"upstream":""}';

test('an answer of Loki → lines in the order of time, whatever stream they were in', () => {
  const stream = (service: string, at: string, text: string) => ({
    stream: { service, container: `stack-${service}-1` },
    values: [[at, `${text}\n`] as [string, string]],
  });
  const lines = linesOfLoki({ data: { result: [stream('app', '2000000', app), stream('nginx', '1000000', edge)] } });
  expect(lines.map(({ service, at }) => [service, at])).toEqual([
    ['nginx', 1],
    ['app', 2],
  ]);
  expect(traceIdOf(lines)).toBe('t-1');
  expect(showLine(lines[1] ?? fail())).toBe(
    '1970-01-01T00:00:00.002Z  stack-app-1  info request status=302 timings={"db":1.5}',
  );
});

const fail = (): never => {
  throw new Error('missing');
};

test("containers' own logs → the lines that name the request, and no longer id that begins alike", () => {
  const time = '2026-01-01T00:00:00.000000000Z';
  const output = `app-2  | ${time} ${app}\napp-1  | ${time} ${app.replace('r-1', 'r-12')}\nnginx-1  | ${time} ${edge}\n`;
  expect(linesOfCompose(output, 'r-1').map(({ container }) => container)).toEqual(['app-2', 'nginx-1']);
});

test('lines that Loki does not have yet, or that no Loki keeps, are looked for in the containers', async () => {
  const line = (text: string) => ({ at: 0, service: 'app', container: 'app-1', text });
  const containers = async () => [line('of the container')];
  for (const loki of [undefined, []])
    expect(await firstLines(async () => loki, containers)).toEqual([line('of the container')]);
  expect(await firstLines(async () => [line('of Loki')], containers)).toEqual([line('of Loki')]);
  expect(await firstLines(async () => [])).toEqual([]);
});

test('a request that was not traced → no trace', () =>
  expect(traceIdOf([{ at: 0, service: '', container: '', text: edge }])).toBeUndefined());

test('spans → a tree with times after the first', () => {
  const span = (spanID: string, operationName: string, startTime: number, duration: number, parent?: string) => ({
    spanID,
    operationName,
    startTime,
    duration,
    references: parent ? [{ refType: 'CHILD_OF', spanID: parent }] : [],
  });
  const logs = [{ timestamp: 900, fields: [{ key: 'event', value: 'received at the edge' }] }];
  const spans = [
    span('b', 'redis GET', 1_500, 300, 'a'),
    { ...span('a', 'GET /:code', 1_000, 2_000, 'elsewhere'), logs },
  ];
  expect(showSpans({ data: [{ spans }] })).toEqual([
    'GET /:code  +0.00 ms  2.00 ms',
    '  · received at the edge at -0.10 ms',
    '  redis GET  +0.50 ms  0.30 ms',
  ]);
});

test('Loki is asked for the id as it is; one that is not there → undefined', async () => {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(new URL(request.url ?? '', 'http://x').searchParams.get('query') ?? '');
    response.end('{"data":{"result":[]}}');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const port = String((server.address() as { port: number }).port);
  const lookUp = createLookUp({ lokiPort: port, jaegerPort: port, now: () => 0 });
  expect(await lookUp.lines('r-1', 1)).toEqual([]);
  expect(asked).toEqual(['{service=~".+"} | request_id="r-1"']);
  server.close();
  server.closeAllConnections();
  await once(server, 'close');
  expect(await lookUp.lines('r-1', 1)).toBeUndefined();
  expect(await lookUp.trace('t-1')).toBeUndefined();
});
