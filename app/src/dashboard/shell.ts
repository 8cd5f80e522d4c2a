import { createHash } from 'node:crypto';
import { escapeHtml } from '../http/html.ts';
import type { Page } from './page.ts';

/** What the dashboard is told by its own page. */
export type About = {
  version: string;
  /** Public address that short links begin with. */
  address: string;
  authOn: boolean;
  /** Where else to look, by name; what is not there is not among them. */
  links: Readonly<Record<string, string>>;
};

type Shell = { about: About; version: string; style: string };

/** Scripts and answers of this service alone, the one style by its hash, no script inline, and no text that becomes markup. */
const policyFor = (style: string): string =>
  [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'`,
    "img-src 'self'",
    "connect-src 'self'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
    "form-action 'none'",
    "require-trusted-types-for 'script'",
  ].join('; ');

/** The dashboard's page: what it is made of, and its frame, which shows before any script has run. */
export function shellPage({ about, version, style }: Shell): Page {
  const html = `<!doctype html>
<html lang="en" dir="ltr">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="description" content="Short links, and who follows them.">
<meta name="robots" content="noindex">
<title>Shortstack</title>
<link rel="icon" href="/favicon.svg" type="image/svg+xml">
<style>${style}</style>
<script type="module" src="/assets/${version}/main.js"></script>
</head>
<body data-about="${escapeHtml(JSON.stringify(about))}">
<div id="page"><header class="top"><span class="brand">Shortstack</span></header><main class="waiting">Loading …</main></div>
<noscript><p class="notice">The dashboard needs JavaScript. <a href="/docs">The API</a> does not.</p></noscript>
</body>
</html>
`;
  return { html, policy: policyFor(style) };
}
