import { createHash } from 'node:crypto';
import { escapeHtml } from '../http/html.ts';

const style = [
  ':root{color-scheme:light dark;font:1rem/1.5 system-ui,sans-serif}',
  'body{max-width:40rem;margin:15vh auto 0;padding:0 1.5rem}',
  'h1{font-size:1.5rem}',
  'a{overflow-wrap:anywhere}',
].join('');

/** Nothing but the one style below may load, run or frame a page of ours. */
const policy = [
  "default-src 'none'",
  `style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'`,
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** Headers that every page carries. */
export const pageHeaders: Readonly<Record<string, string>> = {
  'Content-Type': 'text/html; charset=utf-8',
  'Content-Security-Policy': policy,
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'X-Robots-Tag': 'noindex',
};

const page = (title: string, content: string): string =>
  [
    '<!doctype html><html lang="en"><head><meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width,initial-scale=1">',
    `<title>${escapeHtml(title)}</title><style>${style}</style></head>`,
    `<body><main><h1>${escapeHtml(title)}</h1>${content}</main></body></html>`,
  ].join('');

/** A page that says why there is no redirect. */
export const messagePage = (title: string, message: string): string => page(title, `<p>${escapeHtml(message)}</p>`);

/** A page that shows where a link leads before anybody goes there. */
export const previewPage = (code: string, location: string): string => {
  const address = escapeHtml(location);
  return page(
    `Where ${code} leads`,
    `<p><a href="${address}" rel="noreferrer nofollow">${address}</a></p><p>Opening this page was not counted as a click.</p>`,
  );
};
