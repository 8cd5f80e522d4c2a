import { describe, expect, test } from '@jest/globals';
import { drawLines, niceTop } from '../../src/charts/lines.ts';

describe('a chart of lines', () => {
  const svg = drawLines({
    title: 'a < b & c',
    seconds: 10,
    strips: [
      {
        title: 'one',
        lines: [
          {
            name: 'x',
            colour: '#000',
            points: [
              [0, 1],
              [5, undefined],
              [10, 2],
            ],
          },
        ],
      },
    ],
    marks: [{ seconds: 5, text: 'here' }],
  });
  test('a gap where there is no value: two beginnings', () =>
    expect(/d="([^"]+)"/.exec(svg)?.[1]?.match(/M/g)).toHaveLength(2));
  test('texts cannot be markup', () => expect(svg).toContain('a &lt; b &amp; c'));
  test('a mark stands at its second', () => expect(svg).toContain('x1="472.0" x2="472.0"'));
  test('the axis counts seconds', () => expect([svg.includes('>0 s<'), svg.includes('>10 s<')]).toEqual([true, true]));
  test('or says what it is told', () => {
    const told = drawLines({ title: '', seconds: 10, strips: [], ticks: [{ seconds: 5, text: '10³ urls' }] });
    expect([told.includes('>10³ urls<'), / s</.test(told)]).toEqual([true, false]);
  });
  test.each([
    [0, 1],
    [0.7, 1],
    [1, 1],
    [3, 5],
    [42, 50],
    [1_001, 2_000],
  ])('the axis of %d ends at %d', (most, top) => expect(niceTop(most)).toBe(top));
});
