import { expect, test } from '@jest/globals';
import { isWanted, lastIdIn, messageOf, retryAfter } from '../../src/stream/message.ts';

test('a message is one line of data, whatever is in it', () => {
  expect(messageOf('event', { text: 'a\nb\r\nid: 9' }, 7)).toBe(
    'id: 7\nevent: event\ndata: {"text":"a\\nb\\r\\nid: 9"}\n\n',
  );
  expect(messageOf('health', null)).toBe('event: health\ndata: null\n\n');
  expect(retryAfter(512.4)).toBe('retry: 512\n\n');
});

test.each([
  ['17', 17],
  ['', undefined],
  ['-1', undefined],
  ['1e3', undefined],
  ['9999999999999999', undefined],
])('Last-Event-ID %j means %s', (header, id) => {
  expect(lastIdIn(header)).toBe(id);
});

const event = { id: 1, url_id: null, user_id: 2, event_type: 'deleted', timestamp: '', details: {} };
const recent = { event, urlId: 5 };
test.each([
  [{}, true],
  [{ url_id: 5 }, true],
  [{ url_id: 6 }, false],
  [{ user_id: 2, event_type: 'deleted' }, true],
  [{ user_id: 2, event_type: 'click' }, false],
  [{ user_id: 3 }, false],
])('who wants %j is told of the end of url 5: %s', (wanted, told) => {
  expect(isWanted(recent, wanted)).toBe(told);
});
