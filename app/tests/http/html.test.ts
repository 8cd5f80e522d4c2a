import { expect, test } from '@jest/globals';
import { escapeHtml } from '../../src/http/html.ts';

test('text in a page cannot become markup', () => {
  expect(escapeHtml(`<a href="x">'&'</a>`)).toBe('&lt;a href=&quot;x&quot;&gt;&#39;&amp;&#39;&lt;/a&gt;');
});
