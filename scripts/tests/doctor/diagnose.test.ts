import { describe, expect, test } from '@jest/globals';
import {
  findBrokenReplicas,
  findBrokenServices,
  findForgottenRelease,
  findInside,
  findUntold,
  type Inside,
} from '../../src/doctor/diagnose.ts';
import { container, healthy, replica } from '../support.ts';

const whats = (findings: readonly { what: string }[]) => findings.map(({ what }) => what);

describe('services', () => {
  const list = [container({ service: 'nginx' }), container({ service: 'cache' })];
  test('all run: nothing is found', () => expect(findBrokenServices(list, ['nginx', 'cache'])).toEqual([]));
  test('one is missing, one exited, one loops', () =>
    expect(
      whats(
        findBrokenServices(
          [container({ service: 'nginx', state: 'exited' }), container({ service: 'cache', restarts: 9 })],
          ['nginx', 'cache', 'queue'],
        ),
      ),
    ).toEqual(['queue is not there', 'nginx is exited', 'cache has been restarted 9 times']));
  test('one runs and does not answer', () =>
    expect(whats(findBrokenServices([container({ health: 'unhealthy' })], ['nginx']))).toEqual([
      'nginx runs and does not answer',
    ]));
});

describe('replicas', () => {
  test('all serve: nothing is found', () => expect(findBrokenReplicas(healthy)).toEqual([]));
  test('the autoscaler is silent', () =>
    expect(whats(findBrokenReplicas(undefined))).toEqual(['the autoscaler does not answer']));
  test('one takes no traffic, and so too few serve', () =>
    expect(
      whats(findBrokenReplicas({ ...healthy, replicas: [replica(), replica({ name: 'app-2', state: 'starting' })] })),
    ).toEqual(['app-2 takes no traffic: starting', 'fewer replicas serve than are wanted']));
  test('paused, pinned, and an edge that is behind are said', () =>
    expect(
      whats(findBrokenReplicas({ ...healthy, paused: true, pinned: 2, edge: { state: 'behind', generation: 1 } })),
    ).toEqual([
      'nginx has not read the upstream: behind',
      'the autoscaler is paused',
      'the number of replicas is pinned to 2',
    ]));
});

test('.env names another release than the one that serves: that one is to be released again', () => {
  expect(findForgottenRelease(healthy, 'app:1')).toEqual([]);
  expect(findForgottenRelease(healthy, undefined)).toEqual([]);
  expect(findForgottenRelease(healthy, 'app:0')).toMatchObject([{ remedy: 'scripts/release app:1' }]);
});

describe('the inside', () => {
  const good: Inside = {
    postgres: { used: 10, max: 96, readOnly: false },
    pending: [],
    certificate: true,
    missingSockets: [],
    clock: true,
    diskFree: 0.5,
    edge: true,
  };
  test('all is well', () => expect(findInside(good)).toEqual([]));
  test('what cannot be known of pending migrations, sockets and the clock is no finding', () =>
    expect(findInside({ ...good, pending: undefined, missingSockets: undefined, clock: undefined })).toEqual([]));
  test.each([
    [{ edge: false }, 'nothing answers through nginx'],
    [{ postgres: undefined }, 'Postgres cannot be asked'],
    [{ postgres: { used: 95, max: 96, readOnly: false } }, '95 of 96 Postgres connections are used'],
    [
      { postgres: { used: 10, max: 96, readOnly: true } },
      'Postgres takes no changes: an upgrade is under way, or was killed',
    ],
    [{ pending: ['099_x.sql'] }, 'migrations are pending: 099_x.sql'],
    [{ certificate: false }, 'the certificate ends within a week'],
    [{ certificate: undefined }, 'the certificate cannot be read'],
    [
      { missingSockets: ['/run/replicas/a.sock', '/run/replicas/b.sock'] },
      'nginx does not see /run/replicas/a.sock, /run/replicas/b.sock, which it is to ask',
    ],
    [{ diskFree: 0.05 }, '5 % of the disk are free'],
    [{ clock: false }, 'the clock is not synchronised'],
  ] as const)('%j', (change, what) => expect(whats(findInside({ ...good, ...change }))).toEqual([what]));
});

describe('who is told of alerts', () => {
  const watched = [container({ service: 'alertmanager' })];
  test('nobody, though alerts are raised: said loudly, with what to set', () => {
    const [found, ...more] = findUntold(watched, { SMTP_HOST: 'mail.example', SMTP_TO: '' });
    expect([found?.kind, more]).toEqual(['warning', []]);
    expect(found?.what).toContain('NOBODY IS TOLD');
    expect(found?.remedy).toContain('DISCORD_WEBHOOK_URL');
  });
  test('somebody by mail or in a chat, or there is no monitoring: nothing is found', () => {
    expect(findUntold(watched, { SMTP_HOST: 'mail.example', SMTP_TO: 'me@example.com' })).toEqual([]);
    expect(findUntold(watched, { DISCORD_WEBHOOK_URL: 'https://chat.example' })).toEqual([]);
    expect(findUntold([container()], {})).toEqual([]);
  });
});
