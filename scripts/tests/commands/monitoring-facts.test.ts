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
const facts = (profile: 'core' | 'full', env: Record<string, string> = {}) =>
  monitoringFacts({ env, values: {}, profile, images: true, run });

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
