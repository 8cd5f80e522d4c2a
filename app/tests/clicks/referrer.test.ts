import { expect, test } from '@jest/globals';
import { referrerHost } from '../../src/clicks/referrer.ts';

test.each([
  ['', ''],
  ['https://News.Example.org/a?b=c', 'news.example.org'],
  ['http://example.com', 'example.com'],
  ['http://example.com:8080/x', 'example.com'],
  ['https://user:pass@example.com/', 'example.com'],
  ['https://[2001:db8::1]:443/', '[2001:db8::1]'],
  ['android-app://com.example', ''],
  ['https://exa mple.com/', ''],
  ['https://<script>/', ''],
  ['about:blank', ''],
  [`https://${'a'.repeat(300)}.com/`, ''],
])('%s is from "%s"', (referrer, host) => {
  expect(referrerHost(referrer)).toBe(host);
});
