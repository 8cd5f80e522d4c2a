/** First segments that crawlers may read. */
const readable = new Set(['docs', 'robots.txt', 'favicon.ico', 'favicon.svg', 'assets', '.well-known']);

/**
 * robots.txt (RFC 9309): keeps crawlers off the API, and lets link previews follow redirects. A word is closed as
 * such and as a folder, not as a prefix: `/users` is the API, `/users2` may be a short link.
 */
export const robots = (words: ReadonlySet<string>): string => {
  const closed = [...words].filter((word) => !readable.has(word));
  const lines = closed.flatMap((word) => [`Disallow: /${word}$`, `Disallow: /${word}/`, `Disallow: /${word}?`]);
  return ['User-agent: *', ...lines, 'Allow: /', ''].join('\n');
};
