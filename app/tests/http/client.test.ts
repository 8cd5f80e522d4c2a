import { expect, test } from '@jest/globals';
import { clientWentAway } from '../../src/http/client.ts';

test.each([
  ['an answer that nobody reads to its end', { code: 'ERR_STREAM_PREMATURE_CLOSE' }, true],
  ['a pipe whose reader is gone', { code: 'EPIPE' }, true],
  ['a request that was aborted', { code: 'ECONNRESET', message: 'aborted' }, true],
  ['bytes that are no HTTP', { code: 'HPE_INVALID_METHOD' }, true],
  ['a store that reset its connection', { code: 'ECONNRESET', message: 'read ECONNRESET' }, false],
  ['a mistake of ours', new TypeError('no'), false],
])('%s: %j is the end of a client: %j', (_, error, expected) => {
  expect(clientWentAway(error)).toBe(expected);
});
