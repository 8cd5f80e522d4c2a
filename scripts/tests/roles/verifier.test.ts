import { expect, test } from '@jest/globals';
import { closeStatement, otherLogin, passwordStatements } from '../../src/roles/login.ts';
import { isVerifierOf, makeVerifier } from '../../src/roles/verifier.ts';

test('what is kept of a password fits that one and no other, and is another one each time', () => {
  const verifier = makeVerifier('of-a-test');
  expect([isVerifierOf(verifier, 'of-a-test'), isVerifierOf(verifier, 'another')]).toEqual([true, false]);
  expect(makeVerifier('of-a-test')).not.toBe(verifier);
  expect(verifier).not.toContain('of-a-test');
  for (const none of ['', 'md5abc', 'SCRAM-SHA-256$x']) expect(isVerifierOf(none, 'of-a-test')).toBe(false);
});

test('a statement for each whose password is another one or none; no statement holds a password', () => {
  const wanted = [
    { role: 'shortstack', password: 'same' },
    { role: 'shortstack_app', password: 'changed' },
    { role: 'shortstack_monitor', password: 'missing' },
  ];
  const kept = new Map([
    ['shortstack', makeVerifier('same')],
    ['shortstack_app', makeVerifier('before')],
  ]);
  const statements = passwordStatements(wanted, kept);
  expect(statements.map((text) => /^alter role (\w+) password 'SCRAM-/.exec(text)?.[1])).toEqual([
    'shortstack_app',
    'shortstack_monitor',
  ]);
  expect(statements.join()).not.toMatch(/changed|missing/);
});

test('replicas have two roles in turn; a role that is none of ours is refused', () => {
  const second = otherLogin('shortstack_app');
  expect([second, otherLogin(second)]).toEqual(['shortstack_app_2', 'shortstack_app']);
  expect(() => closeStatement('postgres; drop table urls')).toThrow('no role of ours');
});
