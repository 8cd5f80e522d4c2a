import { describe, expect, test } from '@jest/globals';
import { findMissing, type Machine, parseVersion } from '../../src/machine/requirements.ts';

const gigabyte = 1_073_741_824;
const good: Machine = {
  engine: '28.5.2+dfsg4',
  compose: '2.40.3-3',
  engineError: '',
  memory: 2 * gigabyte,
  diskFree: 20 * gigabyte,
  taken: [],
};
const found = (change: Partial<Machine>) =>
  findMissing({ ...good, ...change }).map(({ kind, what }) => `${kind}: ${what}`);

describe('what a machine lacks', () => {
  test('nothing on one that is as it should be', () => expect(findMissing(good)).toEqual([]));
  test('no engine: said with the reason, and nothing else is asked of it', () =>
    expect(found({ engine: undefined, compose: undefined, engineError: 'permission denied' })).toEqual([
      'wrong: Docker does not answer: permission denied',
    ]));
  test.each([
    [{ engine: '24.0.7' }, 'wrong: Docker Engine 24.0.7 is too old'],
    [{ compose: 'v2.23.3' }, 'wrong: Docker Compose v2.23.3 is too old'],
    [{ compose: '1.29.2' }, 'wrong: Docker Compose 1.29.2 is too old'],
    [{ compose: undefined }, 'wrong: Docker Compose is missing'],
    [{ diskFree: gigabyte }, 'wrong: only 1024 MiB of disk are free'],
    [{ taken: [443] }, 'wrong: something else listens on port 443'],
    [{ memory: gigabyte }, 'warning: this machine has 1024 MiB of memory, the stack is made for 2 GB'],
  ] as const)('%j', (change, what) => expect(found(change)).toEqual([what]));
  test.each([
    [2 * gigabyte, 'warning: only 2048 MiB of disk are free'],
    [gigabyte / 16, 'wrong: only 64 MiB of disk are free'],
  ])('who goes back needs no room for images: %d bytes', (diskFree, what) =>
    expect(findMissing({ ...good, diskFree }, true).map((finding) => `${finding.kind}: ${finding.what}`)).toEqual([
      what,
    ]),
  );
  test.each(['25.0.0', '29.1'])('engine %s is new enough', (engine) => expect(found({ engine })).toEqual([]));
  test('Compose 2.24 and 5.0 are new enough', () =>
    expect([found({ compose: '2.24.0' }), found({ compose: '5.0.1' })]).toEqual([[], []]));
  test('a text that is no version has none', () => expect(parseVersion('unknown')).toBeUndefined());
  test('each finding says what to do', () => {
    for (const { remedy } of findMissing({ ...good, engine: '20.10', diskFree: 0, taken: [80] }))
      expect(remedy).not.toBe('');
  });
});
