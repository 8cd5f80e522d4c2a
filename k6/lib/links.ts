/** The code of a link of a run; the last `inactive` ones of a run have another prefix and are switched off. */
export const codeOf = (prefix: string, link: number): string => `${prefix}${link.toString(36)}`;

/** Where a link of a run leads. */
export const addressOf = (link: number): string => `https://example.com/load/${link}`;

/** Ends of the prefixes of links that are switched off, and of codes that nobody has. */
export const inactiveMark = 'off-';
export const unknownMark = 'none-';

/** Links of a run that are switched off. */
export const inactiveLinks = 20;
