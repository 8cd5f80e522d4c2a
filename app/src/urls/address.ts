import { isPrivateHost } from './private-host.ts';

/** Longest address in characters, and its longest form in ASCII: what a Location header can carry through any proxy. */
export const addressLength = 2_048;
const asciiLength = 8_192;

const shape = /^https?:\/\/([^/?#]+)/i;
const blankOrControl = /[\s\p{Cc}]/u;
const plainAscii = /^[\x21-\x7e]*$/;

/** A host name without what makes no difference: case and the root's dot. */
const bareHost = (hostname: string): string => hostname.toLowerCase().replace(/\.+$/, '');

/** The host that short links live on, from the public address. A link to it would be a loop. */
export const hostOf = (publicAddress: string): string => bareHost(new URL(publicAddress).hostname);

/**
 * What a redirect's Location carries: the address as it was sent where that is plain ASCII, else what the WHATWG URL
 * parser makes of it (punycode, percent-encoding), since a header has no other characters.
 */
export const locationOf = (address: string): string => (plainAscii.test(address) ? address : new URL(address).href);

/** Why an address has a form that we do not take, or undefined. */
function malformed(address: string): string | undefined {
  // The second test counts characters, the first one keeps it from counting megabytes.
  if (address.length > 2 * addressLength || [...address].length > addressLength) {
    return `at most ${addressLength} characters`;
  }
  if (!address.isWellFormed()) return 'a text without broken characters';
  if (blankOrControl.test(address)) return 'an address without blanks and control characters';
  const authority = shape.exec(address)?.[1];
  if (authority === undefined || !URL.canParse(address)) return 'an absolute http:// or https:// address';
  // Programs disagree on what a backslash here means, and so on which host they would go to.
  if (authority.includes('@')) return 'an address without credentials';
  if (authority.includes('\\')) return 'an address without a backslash in its host';
  return undefined;
}

/** Why we do not shorten this address, for the client; undefined where we do. `ownHost` is what hostOf answers. */
export function refuseAddress(address: string, ownHost: string): string | undefined {
  const problem = malformed(address);
  if (problem) return problem;
  const { hostname } = new URL(address);
  if (isPrivateHost(hostname)) return 'an address of a public host';
  if (bareHost(hostname) === ownHost) return 'an address that is not one of this service';
  if (locationOf(address).length > asciiLength) return `at most ${asciiLength} characters when percent-encoded`;
  return undefined;
}
