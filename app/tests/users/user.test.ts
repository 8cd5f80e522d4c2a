import { expect, test } from '@jest/globals';
import { importedUser, newUser, presentUser } from '../../src/users/user.ts';

test('a user of a file may bring id and age along, or leave their cells empty', () => {
  const file = { id: '7', username: 'ada', email: 'ada@example.org', created_at: '2025-07-13 12:40:57' };
  expect(importedUser.parse(file)).toEqual({ ...file, id: 7, created_at: new Date('2025-07-13T12:40:57Z') });
  expect(importedUser.parse({ ...file, id: '', created_at: '' })).toMatchObject({ username: 'ada', id: undefined });
});

test('what a new user may not be, a user of a file may not be either', () => {
  for (const wrong of [{ username: ' ' }, { username: 'x'.repeat(151) }, { email: 'a b@c' }, { email: 'a@b@c' }]) {
    const given = { username: 'ada', email: 'ada@example.org', ...wrong };
    expect(newUser.safeParse(given).success).toBe(false);
    expect(importedUser.safeParse(given).success).toBe(false);
  }
});

test('a user is shown with an instant in UTC', () => {
  const row = { id: 1, username: 'ada', email: 'ada@example.org', created_at: new Date(0) };
  expect(presentUser(row).created_at).toBe('1970-01-01T00:00:00.000Z');
});
