import { once } from 'node:events';
import { createServer } from 'node:http';
import { expect, test } from '@jest/globals';
import { golden } from '../../../monitoring/src/boards/golden.ts';
import { drawFirstRow, firstRow, readFirstRow } from '../../src/stack/first-row.ts';

test('the terminal asks what the first row of the board asks', () => {
  const asked = golden.rows[0]?.panels.flatMap(({ queries }) => queries.map(({ expr }) => expr));
  expect(firstRow.map(({ expr }) => expr)).toEqual(asked);
});

const one = (value: number, name = '') => [{ name, value }];

test('all is well → said in words; nothing known → said as well', () => {
  const fine = drawFirstRow([
    one(0.995, 'availability'),
    one(0),
    one(2),
    one(2),
    one(1, 'http://nginx/health'),
    one(1),
  ]);
  expect(fine).toEqual([
    'budget left availability 99.5 %',
    'alerts     none fires',
    'serving    2 replicas',
    'desired    2 replicas',
    'probe      http://nginx/health answers',
    'told       1 ways',
  ]);
  expect(drawFirstRow([]).join()).toContain('NOBODY');
});

test('alerts and a failing probe → in capitals', () => {
  const lines = drawFirstRow([[], one(3), one(0), one(2), one(0, 'http://nginx/health'), one(0)]).join('\n');
  for (const part of ['3 FIRING', 'FAILS', 'NOBODY', 'not known yet']) expect(lines).toContain(part);
});

test('Prometheus is asked; where there is none → nothing', async () => {
  const server = createServer((_request, response) =>
    response.end('{"data":{"result":[{"metric":{"slo":"availability"},"value":[0,"1"]}]}}'),
  ).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const port = String((server.address() as { port: number }).port);
  expect((await readFirstRow(port))?.[0]).toBe('budget left availability 100.0 %');
  server.closeAllConnections();
  server.close();
  await once(server, 'close');
  expect(await readFirstRow(port)).toBeUndefined();
});
