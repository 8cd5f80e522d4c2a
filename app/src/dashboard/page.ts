import { createHash } from 'node:crypto';
import { escapeHtml } from '../http/html.ts';

/** A whole page whose only style is its own: the policy allows that by its hash. */
export type Page = { html: string; policy: string };

const style = `
:root { color-scheme: light dark; --ink: #1c2321; --paper: #fbfcfb; --line: #d5ddd9; --accent: #0b6e4f; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e6ece9; --paper: #141a18; --line: #33403b; --accent: #5fd3a9; }
}
body { margin: 0 auto; max-width: 38rem; padding: 3rem 1.25rem; color: var(--ink); background: var(--paper);
  font: 1rem/1.6 system-ui, sans-serif; }
h1 { font-size: 1.6rem; margin: 0 0 .25rem; }
a { color: var(--accent); }
ul { padding-left: 1.2rem; }
pre { overflow-x: auto; padding: .8rem 1rem; border: 1px solid var(--line); border-radius: .5rem; font-size: .85rem; }
footer { margin-top: 2rem; border-top: 1px solid var(--line); padding-top: .75rem; font-size: .85rem; }
`;

const styleHash = createHash('sha256').update(style).digest('base64');
const policy = [
  "default-src 'none'",
  `style-src 'sha256-${styleHash}'`,
  "img-src 'self'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');

type About = { version: string; address: string; authOn: boolean };

/** The start page: what this is, how to make a link, where to go next. */
export function startPage({ version, address, authOn }: About): Page {
  // The shell's own printf and a pipe: a key that is a word of a program's is in the list of processes.
  const key = authOn ? "printf 'Authorization: Bearer %s' YOUR_KEY |\n" : '';
  const example = `${key}curl ${address}/shorten${authOn ? ' -H @-' : ''} \\
  -H 'Content-Type: application/json' \\
  -d '{"url": "https://example.com/a/long/address"}'`;
  const html = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Shortstack</title>
<link rel="icon" href="/favicon.svg" type="image/svg+xml">
<style>${style}</style>
</head>
<body>
<main>
<h1>Shortstack</h1>
<p>Short links that count every click.</p>
<pre>${escapeHtml(example)}</pre>
<ul>
<li><a href="/dashboard">The dashboard: make links and watch them</a></li>
<li><a href="/docs">The API, to read and to try</a></li>
<li><a href="/openapi.json">The same as an OpenAPI document</a></li>
<li><a href="/health">Whether it answers</a></li>
</ul>
</main>
<footer>Version ${escapeHtml(version)}. API keys are ${authOn ? 'needed' : 'not needed: AUTH=off'}.</footer>
</body>
</html>
`;
  return { html, policy };
}
