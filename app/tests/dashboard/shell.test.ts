import { createHash } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { shellPage } from '../../src/dashboard/shell.ts';

const about = { version: '1', address: 'https://sho.rt', authOn: true, links: { docs: '/docs' } };

const style = 'main { margin: 0 }';

test('the page asks for its scripts by their version, and its policy allows the style in it and nothing else inline', () => {
  const { html, policy } = shellPage({ about, version: 'abc', style });
  expect(html).toContain(`<style>${style}</style>`);
  expect(html).toContain('<script type="module" src="/assets/abc/main.js"></script>');
  expect(html).not.toMatch(/style=|<script(?! type="module" src=)|\son[a-z]+=/);
  expect(policy).toContain(`style-src 'sha256-${createHash('sha256').update(style).digest('base64')}';`);
  expect(policy).not.toContain('unsafe');
});

test('what the page is told has no markup in it', () => {
  const { html } = shellPage({ about: { ...about, version: '"><script>' }, version: 'abc', style });
  expect(html).not.toContain('"><script>');
  const told = /data-about="([^"]*)"/.exec(html)?.[1]?.replaceAll('&quot;', '"').replaceAll('&lt;', '<');
  expect(JSON.parse(told?.replaceAll('&gt;', '>') ?? '')).toEqual({ ...about, version: '"><script>' });
});
