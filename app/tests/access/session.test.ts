import { expect, test } from '@jest/globals';
import { isTokenShaped, makeToken, presentedToken, senderOf, sessionCookie } from '../../src/access/session.ts';

test('what is made is a token, and no two are alike', () => {
  const [one, other] = [makeToken(), makeToken()];
  expect([one, other].every(isTokenShaped)).toBe(true);
  expect(one).not.toBe(other);
  expect(isTokenShaped(`ssk_${one.slice(4)}`)).toBe(false);
});

test('the token is found among other cookies, and what is none is not', () => {
  const token = makeToken();
  expect(presentedToken(`a=b; shortstack_session=${token}; c=d=e`)).toBe(token);
  for (const cookies of ['', 'a', `x=${token}`, 'shortstack_session=', 'shortstack_session=nonsense']) {
    expect(presentedToken(cookies)).toBeUndefined();
  }
});

test('no script reads the cookie, no other site sends it, and over HTTPS it stays there', () => {
  const token = makeToken();
  expect(sessionCookie(token, true)).toBe(
    `shortstack_session=${token}; Path=/; Max-Age=604800; HttpOnly; SameSite=Strict; Secure`,
  );
  expect(sessionCookie(undefined, false)).toBe('shortstack_session=; Path=/; Max-Age=0; HttpOnly; SameSite=Strict');
});

const host = 'sho.rt:8080';
test.each([
  [{ method: 'GET', site: 'cross-site', origin: 'https://evil.example' }, 'own'],
  [{ method: 'POST', site: 'same-origin', origin: `https://${host}` }, 'own'],
  [{ method: 'POST', site: 'same-site', origin: 'https://other.sho.rt' }, 'foreign'],
  [{ method: 'PUT', site: 'cross-site', origin: '' }, 'foreign'],
  [{ method: 'POST', site: 'none', origin: '' }, 'none'],
  [{ method: 'POST', site: '', origin: '' }, 'none'],
  [{ method: 'DELETE', site: '', origin: `http://${host}` }, 'own'],
  [{ method: 'DELETE', site: '', origin: 'http://evil.example' }, 'foreign'],
  [{ method: 'DELETE', site: '', origin: 'null' }, 'foreign'],
] as const)('a request that says %j was made by: %s', (said, whose) => {
  expect(senderOf({ ...said, host })).toBe(whose);
});
