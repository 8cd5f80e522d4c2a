import { expect, test } from '@jest/globals';
import { monitoringFacts, profilesFor } from '../../src/commands/monitoring-facts.ts';
import type { Run } from '../../src/platform/run.ts';

test('Grafana comes with monitoring, where it can be had', () => {
  expect(profilesFor('core', true)).toEqual([]);
  expect(profilesFor('observability', true)).toEqual(['observability', 'grafana']);
  expect(profilesFor('full', false)).toEqual(['full']);
});

const run: Run = async (_command, args) =>
  args[0] === 'info' ? { code: 0, stdout: '/data/docker\n', stderr: '' } : { code: 1, stdout: '', stderr: '' };
const facts = (profile: 'core' | 'full', env: Record<string, string> = {}, images = true) =>
  monitoringFacts({ env, values: {}, profile, images, run });

test('full → replicas trace to our collector; core → no longer', async () => {
  expect((await facts('full'))['OTEL_EXPORTER_OTLP_ENDPOINT']).toBe('http://collector:4318');
  expect(
    (await facts('core', { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318' }))['OTEL_EXPORTER_OTLP_ENDPOINT'],
  ).toBe('');
});

test("somebody's own collector → left alone", async () =>
  expect(await facts('core', { OTEL_EXPORTER_OTLP_ENDPOINT: 'https://traces.example' })).not.toHaveProperty(
    'OTEL_EXPORTER_OTLP_ENDPOINT',
  ));

test("the engine's folder is told, and Grafana left out where images are made from packages", async () =>
  expect(await facts('full')).toMatchObject({ DOCKER_DATA: '/data/docker', COMPOSE_PROFILES: 'full' }));

test('an image from elsewhere brings Grafana, unless the same profile went without it before', async () => {
  const profiles = async (before: string) =>
    (await facts('full', { COMPOSE_PROFILES: before }, false))['COMPOSE_PROFILES'];
  expect(await profiles('')).toBe('full,grafana');
  expect(await profiles('full,grafana')).toBe('full,grafana');
  expect(await profiles('full')).toBe('full');
});
