import { expect, test } from '@jest/globals';
import { readHello } from '../../src/deploy/hello.ts';

const good = 'engine 28.5.2\ncompose 2.40.3\nplatform linux/amd64\ndisk 9000000000\nmemory 900000000\n';
const found = (text: string) => readHello(text).findings.map(({ what }) => what);

test('a server that can be deployed to: its versions, and nothing in the way', () =>
  expect(readHello(good)).toEqual({
    versions: 'engine 28.5.2, compose 2.40.3, platform linux/amd64',
    holder: undefined,
    findings: [],
  }));

test('one to which somebody deploys says who', () =>
  expect(readHello(`${good}held deploy abc BY=ann since 2026-01-31T12:00:00Z\n`).holder).toBe(
    'deploy abc BY=ann since 2026-01-31T12:00:00Z',
  ));

test.each([
  [good.replace('9000000000', '800000000'), 'only 763 MiB of disk are free'],
  [good.replace('memory 900000000', 'memory 50000000'), 'only 48 MiB of memory'],
  [good.replace('28.5.2', '24.0.7'), 'Docker Engine 24.0.7 is too old'],
  [good.replace('2.40.3', '2.20.0'), 'Docker Compose 2.20.0 is too old'],
  [good.replace('28.5.2', ''), 'Docker does not answer'],
])('%j is in the way', (text, what) => expect(found(text)[0]).toContain(what));

test('what a server from before does not say is no obstacle', () =>
  expect(found('engine 28.5.2\ncompose 2.40.3\nplatform linux/amd64\n')).toEqual([]));
