import { describe, expect, test } from '@jest/globals';
import { withValues } from '../../src/secrets/environment-file.ts';

describe('values written into a file of settings', () => {
  test('a new file begins with what it is', () => {
    expect(withValues('', { A: '1' })).toMatch(/^# Settings of the stack[\s\S]*\nA=1\n$/);
  });

  test('a line that is there is changed where it stands, the rest stays', () => {
    const text = '# mine\nA=1\n\nB=2';
    expect(withValues(text, { A: '9', C: '3' })).toBe('# mine\nA=9\n\nB=2\nC=3\n');
  });

  test('a name that is the end of another one is left alone, and so is a dollar sign', () => {
    expect(withValues('MY_A=1\n', { A: '$&' })).toBe('MY_A=1\nA=$&\n');
  });
});
