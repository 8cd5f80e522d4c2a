import { describe, expect, test } from '@jest/globals';
import { parseRotatable, storeCommands } from '../../src/secrets/rotation.ts';

describe('a secret to renew', () => {
  test('one that can be', () => expect(parseRotatable('API_KEY')).toBe('API_KEY'));
  test.each([
    ['BACKUP_PASSPHRASE', 'encrypted by it'],
    ['database_password', 'one password of a role'],
    ['toString', 'there are API_KEY'],
    ['', 'there are API_KEY'],
  ])('%j cannot: it is said why, or what there is', (name, why) => expect(() => parseRotatable(name)).toThrow(why));
});

describe('what a store is told', () => {
  const [old, fresh] = ['o'.repeat(32), 'n'.repeat(32)];
  test('to take the new one as well, then the old one no more', () => {
    expect(storeCommands(old, '>', fresh)).toBe(`AUTH ${old}\nACL SETUSER default >${fresh}\n`);
    expect(storeCommands(fresh, '<', old)).toBe(`AUTH ${fresh}\nACL SETUSER default <${old}\n`);
  });
  test('a password that would be more than one word is refused', () =>
    expect(() => storeCommands(old, '>', `${fresh} allkeys`)).toThrow('not one of ours'));
});
