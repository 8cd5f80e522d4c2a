import { cost, type Goal, rate, share, tail } from './goals.ts';
import type { Scripts } from './load-scripts.ts';
import type { Servers } from './servers.ts';

/** One row of the table: a load, and what the project wants of it. */
export type Case = {
  name: string;
  what: string;
  script: keyof Scripts;
  ceilingScript: keyof Scripts;
  connections: number;
  /** `burst` is short and drains afterwards; `sustained` is long enough for the backlog to show. */
  length: 'burst' | 'sustained';
  goals: readonly Goal[];
  /** Load before the first round; by default the script itself. */
  warmUp?: keyof Scripts;
  before?: (servers: Servers) => Promise<void>;
  after?: (servers: Servers) => Promise<void>;
};

const usual = { ceilingScript: 'hot', connections: 64 } as const;

export const cases: readonly Case[] = [
  { ...usual, name: 'hot', what: 'one code', script: 'hot', length: 'burst', goals: [share(0.75)] },
  {
    ...usual,
    name: 'zipf',
    what: '10⁵ codes by Zipf’s law over all rows',
    warmUp: 'fill',
    script: 'zipf',
    ceilingScript: 'zipf',
    length: 'burst',
    goals: [share(0.62)],
  },
  {
    ...usual,
    name: 'unknown',
    what: 'codes that nobody has',
    script: 'unknown',
    ceilingScript: 'unknown',
    length: 'burst',
    goals: [share(0.6)],
  },
  {
    ...usual,
    name: 'writes',
    what: 'one code and 5 % creates',
    script: 'writes',
    length: 'burst',
    goals: [share(0.6)],
  },
  { ...usual, name: 'creates', what: 'POST /urls', script: 'creates', length: 'burst', goals: [rate(6_000)] },
  { ...usual, name: 'visits', what: 'health, lists, a create, a look', script: 'visits', length: 'burst', goals: [] },
  {
    ...usual,
    name: 'sustained-hot',
    what: 'one code',
    script: 'hot',
    length: 'sustained',
    goals: [share(0.6), cost(55)],
  },
  {
    ...usual,
    name: 'sustained-zipf',
    what: '10⁵ codes',
    warmUp: 'fill',
    script: 'zipf',
    ceilingScript: 'zipf',
    length: 'sustained',
    goals: [share(0.45), cost(70)],
  },
  {
    ...usual,
    name: 'paced',
    what: 'one code at about 70 % of the sustained rate',
    script: 'paced',
    ceilingScript: 'paced',
    length: 'burst',
    goals: [tail(3)],
  },
  {
    ...usual,
    name: 'cache-down',
    what: '10⁵ codes, the cache store is gone',
    script: 'zipf',
    ceilingScript: 'zipf',
    length: 'burst',
    goals: [share(0.25)],
    before: ({ cache }) => cache.kill('SIGKILL'),
    after: ({ cache }) => cache.restart(),
  },
];
