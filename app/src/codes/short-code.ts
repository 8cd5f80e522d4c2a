import { words } from '../words.ts';

/** A code that may stand in a path: generated, alias or imported. Only parseCode and parseAlias make one. */
export type ShortCode = string & { readonly brand: 'ShortCode' };

const pattern = /^[0-9A-Za-z_-]{1,32}$/;
const aliasPattern = /^[0-9A-Za-z_-]{3,32}$/;

/** No link ever has this one: whoever asks for it asks for the redirects themselves. */
const nobodys = '--';

/** A path segment as a code, or undefined where it cannot be one. */
export const parseCode = (segment: string): ShortCode | undefined =>
  pattern.test(segment) ? (segment as ShortCode) : undefined;

/** Of these texts those that can be codes. */
export const codesIn = (texts: readonly string[]): ShortCode[] =>
  texts.map(parseCode).filter((code) => code !== undefined);

/** What a person may choose as a code: 3 to 32 letters, digits, _ and -, and not a word that is a route. */
export const parseAlias = (alias: string): ShortCode | undefined =>
  aliasPattern.test(alias) && !words.has(alias.toLowerCase()) ? (alias as ShortCode) : undefined;

/** What a link may bring along from another service: shorter ones than an alias may be. */
export const parseImported = (code: string): ShortCode | undefined =>
  code !== nobodys && !words.has(code.toLowerCase()) ? parseCode(code) : undefined;

/** Which codes a transaction has changed; where they are too many to be told one by one, all codes there are count as such. */
export type ChangedCodes = readonly ShortCode[] | 'all';

/** Told one by one at most: a few dozen short commands of the cache store, and what is held of a transaction. */
export const mostTold = 5_000;

/** Both together. */
export function joinCodes(one: ChangedCodes, other: ChangedCodes): ChangedCodes {
  if (one === 'all' || other === 'all' || one.length + other.length > mostTold) return 'all';
  return [...one, ...other];
}
