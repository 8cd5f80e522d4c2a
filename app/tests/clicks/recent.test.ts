import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createRecent } from '../../src/clicks/recent.ts';

test('the last used are remembered', () => {
  const size = 5;
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 30 }), { minLength: 1 }), (numbers) => {
      const recent = createRecent<number>(size);
      const used: number[] = [];
      for (const number of numbers) {
        if (recent.get(`${number}`) === undefined) recent.set(`${number}`, number);
        used.push(number);
      }
      const last = [...new Set(used.reverse())].slice(0, size);
      for (const number of last) expect(recent.get(`${number}`)).toBe(number);
    }),
  );
});

test('what was not used for long is forgotten', () => {
  const recent = createRecent<number>(2);
  recent.set('old', 1);
  for (let n = 0; n < 4; n++) recent.set(`${n}`, n);
  expect(recent.get('old')).toBeUndefined();
});
