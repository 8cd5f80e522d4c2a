import { expect, test } from '@jest/globals';
import { errorCode } from '../../src/platform/error-code.ts';

test.each([
  [Object.assign(new Error('no'), { code: 'ENOENT' }), 'ENOENT'],
  [{ code: '55006' }, '55006'],
  [{ code: 5 }, undefined],
  [new Error('no'), undefined],
  [null, undefined],
  ['ENOENT', undefined],
])('the code of %p is %p', (error, code) => {
  expect(errorCode(error)).toBe(code);
});
