type Header = { description: string; type?: 'integer' };

/** Headers of answers that are this API's own, or say what a client is to do next: the one table. */
export const responseHeaders = {
  'X-Request-ID': { description: "The client's own, where it is 1 to 128 of A-Z, a-z, 0-9 and ._-, else a new one" },
  Location: { description: 'Where what was made is, or where the link leads' },
  Link: { description: 'Neighbouring pages (RFC 8288), where there are any' },
  'X-Total-Count': { description: 'How many there are on all pages', type: 'integer' },
  'Content-Disposition': { description: 'A name for the file' },
  'Set-Cookie': { description: "The browser's session" },
  'X-Accel-Buffering': { description: 'no: a proxy is to pass it on as it comes' },
  'Retry-After': { description: 'Seconds after which to come again', type: 'integer' },
  'WWW-Authenticate': { description: 'Which key is wanted (RFC 6750), where one would help' },
  'RateLimit-Limit': { description: 'Requests a minute; absent where there is no limit', type: 'integer' },
  'RateLimit-Remaining': { description: 'Requests that are left; absent where there is no limit', type: 'integer' },
  'RateLimit-Reset': { description: 'Seconds until there are more; absent where there is no limit', type: 'integer' },
} as const satisfies Record<string, Header>;

export type ResponseHeader = keyof typeof responseHeaders;

/** What an operation with a limit says of it, whatever it answers. */
export const limitHeaders = ['RateLimit-Limit', 'RateLimit-Remaining', 'RateLimit-Reset'] as const;
