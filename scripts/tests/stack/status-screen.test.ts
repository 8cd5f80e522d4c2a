import { describe, expect, test } from '@jest/globals';
import { drawStatus } from '../../src/stack/status-screen.ts';
import { container, healthy } from '../support.ts';

describe('the screen of status', () => {
  test('nothing runs: how to begin', () =>
    expect(drawStatus([], undefined)).toEqual(['nothing runs: scripts/up starts it']));

  test('all runs: release, mode, replicas, decisions, services, on one screen', () => {
    const lines = drawStatus([container(), container({ service: 'app', name: 'app-1' })], healthy);
    expect(lines).toEqual([
      'release    app:1 (r1) since 2026-01-01T00:00:00.000Z',
      'autoscaler follows the load; 2 of 2 replicas serve, the load asks for 1 (steady)',
      'upstream   proven, generation 7',
      'replicas   CPU as a share of the limit, release',
      '  app-1  serving  ready      CPU 13 %  3 in flight  0 restarts  r1',
      '  app-2  serving  not asked  CPU ?     ? in flight  0 restarts  r1',
      'decisions',
      '  2026-01-01T00:00:00.000Z  2  (1)  steady',
      'services',
      '  nginx  running  healthy  0 restarts',
    ]);
  });

  test('a release under way, a pin and a pause are shown', () => {
    const { release } = healthy;
    const rollout = release && {
      to: { ...release, id: 'r2', image: 'app:2' },
      from: release,
      by: 'ann',
      startedAt: '2026-01-01T00:05:00.000Z',
      phase: 'rolling',
      cause: null,
    };
    expect(drawStatus([container()], { ...healthy, rollout, pinned: 3 }).slice(1, 3)).toEqual([
      'rolling    to app:2 (r2), rolling, by ann since 2026-01-01T00:05:00.000Z',
      'autoscaler pinned to 3; 2 of 2 replicas serve, the load asks for 1 (steady)',
    ]);
    expect(drawStatus([container()], { ...healthy, paused: true })[1]).toContain('paused');
  });

  test('the autoscaler is silent: the services are shown all the same', () =>
    expect(drawStatus([container()], undefined)).toEqual([
      'autoscaler does not answer: scripts/doctor says why',
      'services',
      '  nginx  running  healthy  0 restarts',
    ]));
});
