import { beforeEach, expect, test } from '@jest/globals';
import { createLogger, toggleDebug } from '../../src/platform/logger.ts';

let lines: Record<string, unknown>[];

beforeEach(() => {
  lines = [];
});

const makeLogger = (level: string) =>
  createLogger({
    level,
    service: 'app',
    sink: (line) => lines.push(JSON.parse(line) as Record<string, unknown>),
    traceOf: (requestId) => (requestId === 'traced' ? 'a-trace' : undefined),
  });

test('a line: timestamp, level, message and service first, then the fields', () => {
  makeLogger('info').info('something happened', { code: 7, big: 12n });
  expect(Object.keys(lines[0] ?? {})).toEqual(['timestamp', 'level', 'message', 'service', 'code', 'big']);
  expect(lines[0]).toMatchObject({ level: 'info', message: 'something happened', service: 'app', code: 7, big: '12' });
  expect(lines[0]?.['timestamp']).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
});

test('secrets cannot be logged, whoever passes them, however deep', () => {
  const secrets = {
    authorization: 'x1',
    'X-API-Key': 'x2',
    apiKey: 'x3',
    deep: [{ password: 'x4', CHAOS_TOKEN: 'x5' }],
  };
  makeLogger('info').info('careless', { headers: secrets });
  expect(JSON.stringify(lines)).not.toMatch(/x\d/);
  expect(JSON.stringify(lines).match(/\[redacted\]/g)).toHaveLength(5);
});

test('an error: name, message, stack and cause', () => {
  makeLogger('info').error('failed', { error: new TypeError('no', { cause: new Error('why') }) });
  expect(lines[0]?.['error']).toMatchObject({ name: 'TypeError', message: 'no', cause: 'Error: why' });
});

test('a line of a traced request has its trace, another has none', () => {
  const log = makeLogger('info');
  log.info('request', { request_id: 'traced' });
  log.info('request', { request_id: 'other' });
  expect(lines.map((line) => line['trace_id'])).toEqual(['a-trace', undefined]);
});

test.each([
  ['info', ['debug', 'info', 'debug']],
  ['debug', ['info', 'debug', 'info']],
])('the level %s, switched three times', (usual, expected) => {
  const log = makeLogger(usual);
  const seen = expected.map(() => {
    toggleDebug(log, usual);
    return log.level;
  });
  expect(seen).toEqual(expected);
});
