import { expect, test } from '@jest/globals';
import { importedEvent } from '../../src/events/imported-event.ts';

const event = {
  id: '1',
  url_id: '2',
  user_id: '',
  event_type: 'created',
  timestamp: '2025-12-29 00:57:12',
  details: '{"a":[1]}',
};

test('a line of a seed file is an event with its details', () => {
  expect(importedEvent.parse(event)).toEqual({
    ...{ id: 1, url_id: 2, user_id: undefined, event_type: 'created' },
    ...{ timestamp: new Date('2025-12-29T00:57:12Z'), details: { a: [1] } },
  });
});

test('no details are empty ones', () => {
  for (const details of ['', undefined, null]) expect(importedEvent.parse({ ...event, details }).details).toEqual({});
});

test.each(['x', '[]', '1', '"a"', '{"a":"\\u0000"}', '{"a":1', `${'{"a":'.repeat(30)}1${'}'.repeat(30)}`])(
  'details like %j are refused',
  (details) => {
    const result = importedEvent.safeParse({ ...event, details });
    expect(result.error?.issues[0]?.path).toEqual(['details']);
  },
);

test('an event without a time or a type is refused', () => {
  for (const wrong of [{ timestamp: '' }, { event_type: '' }, { event_type: 'x'.repeat(51) }]) {
    expect(importedEvent.safeParse({ ...event, ...wrong }).success).toBe(false);
  }
});
