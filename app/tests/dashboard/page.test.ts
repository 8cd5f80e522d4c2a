import { expect, test } from '@jest/globals';
import { startPage } from '../../src/dashboard/page.ts';

const about = { version: '1.2.3', address: 'https://sho.rt', authOn: true };

test('the example shows the address, and the key where one is needed', () => {
  expect(startPage(about).html).toMatch(/curl https:\/\/sho\.rt\/shorten[^<]*Authorization: Bearer YOUR_KEY/);
  expect(startPage({ ...about, authOn: false }).html).not.toContain('Authorization');
});

test('a version or an address with markup in it stays text', () => {
  const { html } = startPage({ ...about, version: '<b>1</b>', address: 'https://sho.rt/<i>' });
  expect(html).toContain('Version &lt;b&gt;1&lt;/b&gt;.');
  expect(html).toContain('https://sho.rt/&lt;i&gt;/shorten');
});
