import { expect, test } from '@jest/globals';
import { monitoringReport } from '../../src/commands/monitoring-report.ts';

const values = {
  GRAFANA_PORT: '3000',
  PROMETHEUS_PORT: '9090',
  ALERTMANAGER_PORT: '9093',
  JAEGER_PORT: '1',
  LOKI_PORT: '2',
};
const told = { SMTP_HOST: 'mail.example', SMTP_TO: 'me@example.com' };

test('core → that monitoring is off, and how it comes', () =>
  expect(monitoringReport({ profile: 'core' }, values, {}).join()).toContain('--profile observability'));

test('nobody to tell → said loudly; somebody → not', () => {
  expect(monitoringReport({ profile: 'observability' }, values, {}).join()).toContain('WARNING: nobody is told');
  expect(monitoringReport({ profile: 'observability' }, values, told).join()).not.toContain('WARNING');
});

test('no image of Grafana → said plainly', () => {
  expect(monitoringReport({ profile: 'full' }, values, { ...told, COMPOSE_PROFILES: 'full' }).join()).toContain(
    'Grafana is left out',
  );
  const there = { ...told, COMPOSE_PROFILES: 'full,grafana' };
  expect(monitoringReport({ profile: 'full' }, values, there).join()).toContain('http://localhost:3000, user admin');
});
