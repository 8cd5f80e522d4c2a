import { describe, expect, test } from '@jest/globals';
import { parseUpOptions, profileOf } from '../../src/commands/up-options.ts';

describe('the words behind up', () => {
  test('none: upstream images, the core', () =>
    expect(parseUpOptions([])).toEqual({
      debianImages: false,
      profile: 'core',
      seed: undefined,
      import: undefined,
      open: false,
    }));
  test('no profile: that of the time before', () => {
    expect(parseUpOptions([], profileOf({ COMPOSE_PROFILES: 'full,grafana' })).profile).toBe('full');
    expect(parseUpOptions(['--profile', 'core'], 'full').profile).toBe('core');
    expect(profileOf({})).toBe('core');
  });
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
