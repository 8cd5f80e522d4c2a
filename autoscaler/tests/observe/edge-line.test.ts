import { describe, expect, test } from '@jest/globals';
import { parseEdgeLine } from '../../src/observe/edge-line.ts';

const line = (status: number, time: number, weight: number, statuses: string, addresses: string) =>
  `<190>nginx: edge status=${status} time=${time} weight=${weight} upstream_status="${statuses}" upstream="${addresses}"`;

describe('a line of the edge', () => {
  test('retried on another replica → both tries', () => {
    expect(parseEdgeLine(line(302, 0.012, 100, '502, 302', '10.0.0.1:80, 10.0.0.2:80'))).toEqual({
      status: 302,
      milliseconds: 12,
      weight: 100,
      kind: 'other',
      tries: [
        { address: '10.0.0.1:80', status: 502 },
        { address: '10.0.0.2:80', status: 302 },
      ],
    });
  });

  test('answered by the edge itself → no tries', () => {
    expect(parseEdgeLine(line(503, 0, 1, '-', '-'))?.tries).toEqual([]);
  });

  test('a redirect → told as one', () => {
    expect(parseEdgeLine(`${line(302, 0.01, 1, '302', '10.0.0.1:80')} kind=redirect`)?.kind).toBe('redirect');
    expect(parseEdgeLine(`${line(302, 0.01, 1, '302', '10.0.0.1:80')} kind=other`)?.kind).toBe('other');
  });

  test('when each answer began → of those that gave one; a line without it is one as well', () => {
    const told = `${line(302, 1.512, 1, '504, 302', '10.0.0.1:80, 10.0.0.2:80')} kind=redirect`;
    expect(parseEdgeLine(`${told} upstream_header_time="-, 0.004"`)).toMatchObject({
      kind: 'redirect',
      tries: [
        { address: '10.0.0.1:80', status: 504 },
        { address: '10.0.0.2:80', status: 302, answeredAfter: 4 },
      ],
    });
    expect(parseEdgeLine(told)?.tries.map((tried) => 'answeredAfter' in tried)).toEqual([false, false]);
    expect(parseEdgeLine(told.replace(/ kind.*/, ' upstream_header_time="-, 0.004"'))?.tries[1]?.answeredAfter).toBe(4);
  });

  test('anything else → not a line', () => {
    expect(parseEdgeLine('<190>nginx: hello')).toBeUndefined();
  });
});
