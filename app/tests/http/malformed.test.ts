import { expect, test } from '@jest/globals';
import { malformedAnswer } from '../../src/http/malformed.ts';

test.each([
  ['ERR_HTTP_REQUEST_TIMEOUT', 408],
  ['HPE_HEADER_OVERFLOW', 431],
  ['HPE_INVALID_METHOD', 400],
  [undefined, 400],
])('the error %s: a whole answer with %s, its length and its problem', (code, status) => {
  const [head = '', body = ''] = malformedAnswer(code).split('\r\n\r\n');
  expect(head).toMatch(new RegExp(`^HTTP/1.1 ${status} [A-Z]`));
  expect(head).toContain(`\r\nContent-Length: ${body.length}\r\n`);
  const problem = JSON.parse(body) as { request_id: string };
  expect(problem).toMatchObject({ status, type: 'about:blank' });
  expect(head).toContain(`X-Request-ID: ${problem.request_id}`);
  expect(head).toContain('\r\nX-Content-Type-Options: nosniff\r\n');
  expect(head).toContain("\r\nContent-Security-Policy: default-src 'none'");
});
