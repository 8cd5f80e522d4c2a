import { expect, test } from '@jest/globals';
import { monitoringReport } from '../../src/commands/monitoring-report.ts';

const values = {
  GRAFANA_PORT: '3000',
  PROMETHEUS_PORT: '9090',
  ALERTMANAGER_PORT: '9093',
  JAEGER_PORT: '1',
  LOKI_PORT: '2',
};
const memory = 8 * 2 ** 30;
const told = {
  RUNBOOK_URL: 'https://example.com/runbook.md',
  SMTP_HOST: 'mail.example',
  SMTP_TO: 'me@example.com',
};

test('core → that monitoring is off, and how it comes', () =>
  expect(monitoringReport({ profile: 'core', memory }, values, {}).join()).toContain('--profile observability'));

test('nobody to tell → said loudly; somebody → not', () => {
  expect(monitoringReport({ profile: 'observability', memory }, values, {}).join()).toContain(
    'WARNING: nobody is told',
  );
  expect(monitoringReport({ profile: 'observability', memory }, values, told).join()).not.toContain('WARNING');
});

test('no image of Grafana → said plainly', () => {
  expect(monitoringReport({ profile: 'full', memory }, values, { ...told, COMPOSE_PROFILES: 'full' }).join()).toContain(
    'Grafana is left out',
  );
  const there = { ...told, COMPOSE_PROFILES: 'full,grafana' };
  expect(monitoringReport({ profile: 'full', memory }, values, there).join()).toContain(
    'http://localhost:3000, user admin',
  );
});

test('logs and traces on a machine of 2 GB → said that they do not fit; the rest does', () => {
  const small = 2 * 2 ** 30;
  expect(monitoringReport({ profile: 'full', memory: small }, values, told).join()).toContain('WARNING: this machine');
  expect(monitoringReport({ profile: 'observability', memory: small }, values, told).join()).not.toContain('WARNING');
  expect(monitoringReport({ profile: 'full', memory }, values, told).join()).not.toContain('WARNING');
});

test('links that lead nowhere for whoever is told → said', () => {
  const { RUNBOOK_URL: _, ...without } = told;
  expect(monitoringReport({ profile: 'observability', memory }, values, without).join()).toContain('RUNBOOK_URL');
  expect(monitoringReport({ profile: 'observability', memory }, values, told).join()).not.toContain('RUNBOOK_URL');
});
