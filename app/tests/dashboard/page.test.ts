import { expect, test } from '@jest/globals';
import { startPage } from '../../src/dashboard/page.ts';
import { paste } from '../support/curl.ts';
import { startTestService } from '../support/service.ts';

const about = { version: '1.2.3', address: 'https://sho.rt', authOn: true };

/** What a shell is to be given. */
const exampleOf = (html: string): string =>
  (/<pre>(.*?)<\/pre>/s.exec(html)?.[1] ?? '').replaceAll('&quot;', '"').replaceAll('&#39;', "'");

test('the example makes a link, with a key by a pipe where one is needed: as a word everybody on the machine could read it', async () => {
  await using open = await startTestService();
  await using closed = await startTestService({ auth: true, apiKey: 'a-key-of-sixteen-and-more' });
  const example = (authOn: boolean, address: string) => exampleOf(startPage({ ...about, authOn, address }).html);
  expect(example(false, open.url)).not.toContain('Authorization');
  expect((await paste(example(false, open.url))).status).toBe(201);
  const pasted = example(true, closed.url).replace('YOUR_KEY', 'a-key-of-sixteen-and-more');
  expect(pasted).not.toMatch(/curl.*sixteen/s);
  expect((await paste(pasted)).status).toBe(201);
});

test('a version or an address with markup in it stays text', () => {
  const { html } = startPage({ ...about, version: '<b>1</b>', address: 'https://sho.rt/<i>' });
  expect(html).toContain('Version &lt;b&gt;1&lt;/b&gt;.');
  expect(html).toContain('https://sho.rt/&lt;i&gt;/shorten');
});
