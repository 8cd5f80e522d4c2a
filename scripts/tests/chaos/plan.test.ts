import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
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
    [{ kind: 'replicas' }, [{ kind: 'resume-autoscaler' }]],
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
  test.each(cases)('%j', (fault, undos) => expect(undosOf(fault, aims)).toEqual(undos));
});

describe('the plan of a drill', () => {
  test('says each fault, the cure and what is expected', () => {
    const [drill] = drills;
    if (!drill) throw new Error('no drill');
    const lines = planLines([drill], () => expectation()).join('\n');
    expect(lines).toContain('pause the autoscaler and kill every replica');
    expect(lines).toContain('put it back');
    expect(lines).toContain('RedisDown reaches people within 60 s');
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
