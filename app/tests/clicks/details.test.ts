import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createDetails } from '../../src/clicks/details.ts';

const agent = { browser: 'Chrome', os: 'Windows', device: 'desktop', bot: false };

test('details are one line of JSON that says who asked, from where and with what', () => {
  fc.assert(
    fc.property(fc.string(), fc.string({ minLength: 1 }), (requestId, referrer) => {
      const details = createDetails()(requestId, referrer, agent);
      expect(details).not.toContain('\n');
      expect(JSON.parse(details)).toEqual({ request_id: requestId, referrer, ...agent });
    }),
  );
});

test('without a referrer the details have none', () => {
  expect(JSON.parse(createDetails()('r', '', agent))).toEqual({ request_id: 'r', ...agent });
});
