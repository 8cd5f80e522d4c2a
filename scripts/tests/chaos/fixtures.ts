import { addressOf, codeOf } from '../../../k6/lib/links.ts';
import type { Expectation } from '../../src/chaos/expectation.ts';
import type { Measured } from '../../src/chaos/verdict.ts';

const places = new Map<string, string>(
  Array.from({ length: 2_000 }, (_, link) => [`/${codeOf('x', link)}`, addressOf(link)]),
);

/** Where the link of a code `x…` leads, as a service knows it. */
export const locationOf = (path = ''): string => places.get(path) ?? 'https://example.com/nowhere';

export const expectation = (change: Partial<Expectation> = {}): Expectation => ({
  alert: 'RedisDown',
  allowed: ['BreakerOpen'],
  failedRedirects: 0,
  writes: 'served',
  atLeast: { failedRedirects: 0, refusedWrites: 0 },
  clicksLost: 0,
  clicksDoubled: 0,
  notifyWithin: 60,
  resolvedWithin: 90,
  recoverWithin: 15,
  fastWithin: null,
  ...change,
});

/** A drill in which all went as expected: broken at second 100, cured at second 150. */
export const measured = (change: Partial<Measured> = {}): Measured => ({
  felt: true,
  injected: 100_000,
  cured: 150_000,
  recovered: 152_000,
  fast: 100_000,
  sent: 5_000,
  failures: [],
  clicks: { answered: 4_750, unknown: 0, recorded: 4_750, missing: 0, doubled: 0 },
  alerts: [
    { name: 'RedisDown', pending: 110_000, firing: 131_000, ended: 170_000 },
    { name: 'Watchdog', pending: undefined, firing: 1_000, ended: undefined },
  ],
  mails: { firing: 138_000, resolved: 180_000, messages: 2 },
  chat: undefined,
  ...change,
});

export const failure = (kind: 'redirect' | 'write', status: number, retryAfter = false) => ({
  at: 120_000,
  kind,
  status,
  retryAfter,
});
