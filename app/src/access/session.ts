import { randomBytes } from 'node:crypto';

/** How long a browser stays signed in, in seconds. */
export const sessionSeconds = 7 * 86_400;

const cookieName = 'shortstack_session';
const shape = /^sst_[A-Za-z0-9_-]{43}$/;

/** A new session's token: 32 random bytes, with a prefix by which secret scanners can tell what it is. */
export const makeToken = (): string => `sst_${randomBytes(32).toString('base64url')}`;

/** Whether a text can be a session's token at all: anything else needs no look-up. */
export const isTokenShaped = (text: string): boolean => shape.test(text);

/** The session's token in a `Cookie` header; undefined where there is none. */
export function presentedToken(cookies: string): string | undefined {
  for (const cookie of cookies.split(';')) {
    const [name = '', value = ''] = cookie.split('=', 2);
    if (name.trim() === cookieName && isTokenShaped(value.trim())) return value.trim();
  }
  return undefined;
}

/**
 * `Set-Cookie` that hands a token to the browser, or takes it back where there is none. No script can read it and no
 * other site's page can have it sent; over HTTPS it never goes out in clear.
 */
export function sessionCookie(token: string | undefined, secure: boolean): string {
  const life = token === undefined ? 0 : sessionSeconds;
  const parts = [`${cookieName}=${token ?? ''}`, 'Path=/', `Max-Age=${life}`, 'HttpOnly', 'SameSite=Strict'];
  return [...parts, ...(secure ? ['Secure'] : [])].join('; ');
}

/** What a browser says of the page that made a request; empty where it says nothing. */
export type Sender = { method: string; site: string; origin: string; host: string };

const harmless = new Set(['GET', 'HEAD', 'OPTIONS']);
const hostIn = (origin: string): string | undefined => (URL.canParse(origin) ? new URL(origin).host : undefined);

/**
 * Whose page made a request that changes something: `own`, `foreign`, or `none` where the sender is no browser.
 * `Sec-Fetch-Site` is only sent to trustworthy addresses; elsewhere a browser sends at least `Origin`.
 */
export function senderOf({ method, site, origin, host }: Sender): 'own' | 'foreign' | 'none' {
  if (harmless.has(method)) return 'own';
  if (site !== '') return site === 'same-origin' ? 'own' : site === 'none' ? 'none' : 'foreign';
  if (origin === '') return 'none';
  return hostIn(origin) === host.toLowerCase() ? 'own' : 'foreign';
}
