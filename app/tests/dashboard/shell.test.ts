import { expect, test } from '@jest/globals';
import { shellPage, shellPolicy } from '../../src/dashboard/shell.ts';

const about = { version: '1', address: 'https://sho.rt', authOn: true, links: { docs: '/docs' } };

test('the page asks for its styles and scripts by their version, and has nothing inline', () => {
  const html = shellPage({ about, version: 'abc' });
  expect(html).toContain('<link rel="stylesheet" href="/assets/abc/style.css">');
  expect(html).toContain('<script type="module" src="/assets/abc/main.js"></script>');
  expect(html).not.toMatch(/<style|style=|<script(?! type="module" src=)|\son[a-z]+=/);
  expect(shellPolicy).not.toContain('unsafe');
});

test('what the page is told has no markup in it', () => {
  const html = shellPage({ about: { ...about, version: '"><script>' }, version: 'abc' });
  expect(html).not.toContain('"><script>');
  const told = /data-about="([^"]*)"/.exec(html)?.[1]?.replaceAll('&quot;', '"').replaceAll('&lt;', '<');
  expect(JSON.parse(told?.replaceAll('&gt;', '>') ?? '')).toEqual({ ...about, version: '"><script>' });
});
