import { describe, expect, test } from '@jest/globals';
import { deliverySecrets } from '../../src/secrets/delivery.ts';
import { closeStore, openStore, parseRotatable, rotations } from '../../src/secrets/rotation.ts';
import { passwords, personal } from '../../src/secrets/secrets.ts';

describe('a secret to renew', () => {
  test('one that can be', () => expect(parseRotatable('API_KEY')).toBe('API_KEY'));
  test('every one that is made here can be; one that others give is said where to put', () => {
    expect([...personal, ...passwords].filter((name) => !Object.hasOwn(rotations, name))).toEqual([]);
    for (const name of Object.keys(deliverySecrets({})))
      expect(() => parseRotatable(name.toUpperCase())).toThrow('others give it');
  });
  test.each(['toString', ''])('%j is none: it is said which there are', (name) =>
    expect(() => parseRotatable(name)).toThrow('there are API_KEY'),
  );
});

describe('what a store is told', () => {
  const [old, fresh] = ['o'.repeat(32), 'n'.repeat(32)];
  test('to take the new one as well, then no other one', () => {
    expect(openStore(old, [old, fresh])).toBe(`AUTH ${old}\nACL SETUSER default >${old} >${fresh}\n`);
    expect(closeStore(fresh)).toBe(`AUTH ${fresh}\nACL SETUSER default resetpass >${fresh}\n`);
  });
  test('a password that would be more than one word is refused', () =>
    expect(() => openStore(old, [`${fresh} allkeys`])).toThrow('not one of ours'));
});
