import { escapeHtml } from '../http/html.ts';

/** What the dashboard is told by its own page. */
export type About = {
  version: string;
  /** Public address that short links begin with. */
  address: string;
  authOn: boolean;
  /** Where else to look, by name; what is not there is not among them. */
  links: Readonly<Record<string, string>>;
};

/** Scripts, styles and answers of this service alone; nothing inline, and no text that becomes markup. */
export const shellPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
  "form-action 'none'",
  "require-trusted-types-for 'script'",
].join('; ');

/** The dashboard's page: what it is made of, and its frame, which shows before any script has run. */
export function shellPage({ about, version }: { about: About; version: string }): string {
  return `<!doctype html>
<html lang="en" dir="ltr">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="description" content="Short links, and who follows them.">
<meta name="robots" content="noindex">
<title>Shortstack</title>
<link rel="icon" href="/favicon.svg" type="image/svg+xml">
<link rel="stylesheet" href="/assets/${version}/style.css">
<script type="module" src="/assets/${version}/main.js"></script>
</head>
<body data-about="${escapeHtml(JSON.stringify(about))}">
<div id="page"><header class="top"><span class="brand">Shortstack</span></header><main class="waiting">Loading …</main></div>
<noscript><p class="notice">The dashboard needs JavaScript. <a href="/docs">The API</a> does not.</p></noscript>
</body>
</html>
`;
}
