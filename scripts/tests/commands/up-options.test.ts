import { describe, expect, test } from '@jest/globals';
import { parseUpOptions } from '../../src/commands/up-options.ts';

describe('the words behind up', () => {
  test('none: upstream images, the core', () =>
    expect(parseUpOptions([])).toEqual({
      debianImages: false,
      profile: 'core',
      seed: undefined,
      import: undefined,
      open: false,
    }));
  test('all of them', () =>
    expect(
      parseUpOptions(['--images=debian', '--profile', 'full', '--seed', 'data', '--import', 'x.gz', '--open']),
    ).toEqual({
      debianImages: true,
      profile: 'full',
      seed: 'data',
      import: 'x.gz',
      open: true,
    }));
  test.each([['--images=alpine'], ['--profile', 'half'], ['--volumes'], ['now']])(
    '%j is refused with the usage',
    (...argv) => expect(() => parseUpOptions(argv)).toThrow('usage: scripts/up'),
  );
});
