import { expect, test } from '@jest/globals';
import { clicksOf } from '../../src/events/click.ts';

const at = new Date('2026-01-02T03:04:05.678Z');
const click = { event_type: 'click', url_id: 7, at, details: { referrer: 'example.org' } };

test('an event of type click about a url is a click of its moment', () => {
  expect(clicksOf(click)).toEqual([{ urlId: 7, at: at.getTime(), details: click.details }]);
});

test.each([
  ['another type', { ...click, event_type: 'created' }],
  ['no url', { ...click, url_id: null }],
  ['a url that is not given', { ...click, url_id: undefined }],
])('an event of %s is none', (_, event) => {
  expect(clicksOf(event)).toEqual([]);
});
