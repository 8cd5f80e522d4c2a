/**
 * A number below 2³² for each link, far from that of the next one and no other link's: multiplicative hashing by the golden
 * ratio (Knuth, The Art of Computer Programming, 6.4). The most popular links have the lowest numbers; neither their codes
 * nor their rows shall be neighbours, as real ones are not.
 */
export const spreadOf = (link: number): number => Math.imul(link, 0x9e3779b1) >>> 0;

/** The code of a link of a run; the last `inactive` ones of a run have another prefix and are switched off. */
export const codeOf = (prefix: string, link: number): string => `${prefix}${spreadOf(link).toString(36)}`;

/** Where a link of a run leads. */
export const addressOf = (link: number): string => `https://example.com/load/${link}`;

/** Ends of the prefixes of links that are switched off, and of codes that nobody has. */
export const inactiveMark = 'off-';
export const unknownMark = 'none-';

/** Links of a run that are switched off. */
export const inactiveLinks = 20;
