import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { alerts } from '../../../monitoring/src/rules/groups.ts';
import { apartDrills, drills } from '../../src/chaos/drills.ts';
import { expectationsFile } from '../../src/chaos/expectation.ts';
import { type Fault, undosOf } from '../../src/chaos/fault.ts';
import { parseChaosOptions, parseGameDayOptions, refuseForeignEngine } from '../../src/chaos/options.ts';
import { planLines } from '../../src/chaos/plan.ts';
import { expectation } from './fixtures.ts';

const file = expectationsFile.parse(
  JSON.parse(readFileSync(join(import.meta.dirname, '..', '..', '..', 'chaos', 'expectations.json'), 'utf8')),
);

describe('the expectations', () => {
  test('there is one for each drill, and none for a drill that there is not', () =>
    expect(Object.keys(file.drills).toSorted()).toEqual(
      [...drills, ...apartDrills].map(({ name }) => name).toSorted(),
    ));
  test('no drill may lose or double a click', () => {
    for (const { clicksDoubled, clicksLost } of Object.values(file.drills))
      expect([clicksLost, clicksDoubled]).toEqual([0, 0]);
  });
  test('redirects go on without the stores, a replica or the autoscaler', () => {
    const unbroken = [
      'redis-down',
      'redis-hang',
      'postgres-down',
      'postgres-hang',
      'replica-kill',
      'autoscaler-kill',
      'nginx-reload-storm',
      'disk-full',
    ];
    for (const name of unbroken) expect([name, file.drills[name]?.failedRedirects]).toEqual([name, 0]);
  });
});

describe('what users must feel at least', () => {
  test('without replicas or an edge redirects fail; without Postgres writes are refused', () => {
    const least = Object.entries(file.drills).flatMap(([name, { atLeast }]) =>
      Object.entries(atLeast).flatMap(([what, count]) => (count > 0 ? [`${name} ${what}`] : [])),
    );
    expect(least).toEqual([
      'service-down failedRedirects',
      'service-down refusedWrites',
      'postgres-down refusedWrites',
      'postgres-hang refusedWrites',
      'nginx-crash failedRedirects',
    ]);
  });
  test('is never more than may be', () => {
    for (const [name, { atLeast, failedRedirects, writes }] of Object.entries(file.drills)) {
      expect([name, atLeast.failedRedirects <= (failedRedirects ?? atLeast.failedRedirects)]).toEqual([name, true]);
      expect([name, atLeast.refusedWrites === 0 || writes !== 'served']).toEqual([name, true]);
    }
  });
});

describe('the alerts of the expectations', () => {
  const severities = new Map(alerts.map(({ name, severity }) => [name, severity]));
  test('each is one that there is', () => {
    const named = Object.values(file.drills).flatMap(({ alert, allowed }) => [alert ?? 'Watchdog', ...allowed]);
    for (const name of [...file.ignored, ...file.earlier, ...named])
      expect([name, severities.has(name)]).toEqual([name, true]);
  });
  test('a critical one is never excused whatever the drill', () =>
    expect(file.ignored.filter((name) => severities.get(name) === 'critical')).toEqual([]));
  test('one that may have begun earlier is not allowed to a drill that it has nothing to do with', () => {
    const listing = Object.entries(file.drills).filter(([, { allowed }]) => allowed.includes('SLOFastBurn'));
    expect(listing.map(([name]) => name)).toEqual(['service-down', 'spike']);
  });
});

describe('how a fault is put back', () => {
  const aims = [
    { id: 'a', name: 'one' },
    { id: 'b', name: 'two' },
  ];
  const cases: [Fault, unknown][] = [
    [
      { kind: 'kill', service: 'cache' },
      [
        { kind: 'start', container: 'a' },
        { kind: 'start', container: 'b' },
      ],
    ],
    [
      { kind: 'pause', service: 'cache' },
      [
        { kind: 'unpause', container: 'a' },
        { kind: 'unpause', container: 'b' },
      ],
    ],
    [
      { kind: 'crash', service: 'nginx', process: '/p' },
      [
        { kind: 'start', container: 'a' },
        { kind: 'start', container: 'b' },
      ],
    ],
    [
      { kind: 'replica', how: 'pause' },
      [
        { kind: 'unpause', container: 'a' },
        { kind: 'unpause', container: 'b' },
      ],
    ],
    [{ kind: 'replica', how: 'kill' }, []],
    [{ kind: 'replicas' }, [{ kind: 'resume-autoscaler', paused: false, pinned: 3 }]],
    [{ kind: 'reloads', times: 2, every: 1 }, []],
    [
      { kind: 'fill', service: 'postgres', file: '/f' },
      [
        { kind: 'empty', container: 'a', file: '/f' },
        { kind: 'empty', container: 'b', file: '/f' },
      ],
    ],
    [{ kind: 'traffic', times: 8 }, [{ kind: 'calm' }]],
  ];
  const told = async () => ({ paused: false, pinned: 3 });
  test.each(cases)('%j', async (fault, undos) => expect(await undosOf(fault, aims, told)).toEqual(undos));
  test.each(['kill', 'pause'] as const)(
    'a replica that is hit (%s) while the autoscaler is paused → it is let go, so that it mends it',
    async (how) => {
      const paused = { paused: true, pinned: 3 };
      const undos = await undosOf({ kind: 'replica', how }, aims, async () => paused);
      expect(undos.at(-1)).toEqual({ kind: 'resume-autoscaler', ...paused });
    },
  );
  test('a fault that leaves the autoscaler alone goes on where that is silent', async () => {
    const silent = () => Promise.reject(new Error('silent'));
    expect(await undosOf({ kind: 'replica', how: 'kill' }, aims, silent)).toEqual([]);
    await expect(undosOf({ kind: 'replicas' }, aims, silent)).rejects.toThrow('silent');
  });
});

describe('the plan of a drill', () => {
  test('says each fault, the cure and what is expected', () => {
    const [drill] = drills;
    if (!drill) throw new Error('no drill');
    const lines = planLines([drill], () => expectation()).join('\n');
    expect(lines).toContain('pause the autoscaler and kill every replica');
    expect(lines).toContain('put it back');
    expect(lines).toContain('RedisDown reaches people within 60 s');
    expect(lines).not.toContain('felt');
    const atLeast = { failedRedirects: 0, refusedWrites: 1 };
    expect(planLines([drill], () => expectation({ atLeast })).join('\n')).toContain(
      'felt: at least 0 redirects failed, 1 writes refused',
    );
  });
});

describe('the words behind chaos-test', () => {
  test('drills in their order, whatever the order of the words', () =>
    expect(parseChaosOptions(['--spike', '--redis-down', '--rate', '50']).drills.map(({ name }) => name)).toEqual([
      'redis-down',
      'spike',
    ]));
  test('all of them, but for those that need a stack of their own', () => {
    expect(parseChaosOptions(['--all']).drills).toEqual(drills);
    expect(parseChaosOptions(['--all', '--disk-full']).drills).toEqual([...drills, ...apartDrills]);
  });
  test.each([[[]], [['--fire']], [['--all', '--rate', 'x']], [['redis-down']]])(
    '%j is refused with the usage',
    (argv) => expect(() => parseChaosOptions(argv)).toThrow(),
  );
  test('only to put back needs no drill', () => expect(parseChaosOptions(['--undo']).undo).toBe(true));
  test('a game day: minutes and a seed', () => {
    expect(parseGameDayOptions(['--minutes', '30', '--seed', '7'])).toMatchObject({ seconds: 1_800, seed: 7 });
    expect(() => parseGameDayOptions(['--minutes', 'long'])).toThrow();
  });
});

describe('an engine on another machine', () => {
  test('must be named twice', () => {
    expect(() => refuseForeignEngine('unix:///var/run/docker.sock', [])).not.toThrow();
    expect(() => refuseForeignEngine('tcp://10.0.0.1:2375', ['tcp://10.0.0.1:2375'])).toThrow('twice');
    expect(() => refuseForeignEngine('ssh://a', ['ssh://a', 'ssh://b'])).toThrow('twice');
    expect(() => refuseForeignEngine('ssh://a', ['ssh://a', 'ssh://a'])).not.toThrow();
  });
});
