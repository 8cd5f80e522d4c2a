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

test.each([
  ['the runbook is on this machine', { RUNBOOK_URL: 'docs/runbook.md' }, ['RUNBOOK_URL']],
  ['boards have no address', { GRAFANA_URL: '' }, ['GRAFANA_URL']],
  ['boards have one of this machine', { GRAFANA_URL: 'http://localhost:3000' }, ['GRAFANA_URL']],
  ['boards have another one of this machine', { GRAFANA_URL: 'https://127.0.0.1/grafana' }, ['GRAFANA_URL']],
  ['neither leads anywhere', { RUNBOOK_URL: '', GRAFANA_URL: '' }, ['RUNBOOK_URL', 'GRAFANA_URL']],
  ['there is no Grafana to lead to', { GRAFANA_URL: '', COMPOSE_PROFILES: 'full' }, []],
  ['both lead somewhere', {}, []],
])('links in alerts: %s → %j: named %j', (_what, more, named) => {
  const all = { ...told, GRAFANA_URL: 'https://grafana.example', COMPOSE_PROFILES: 'full,grafana', ...more };
  const lines = monitoringReport({ profile: 'full', memory }, values, all).filter((line) => line.startsWith('Links'));
  expect(lines.map((line) => /until (\w+) is/.exec(line)?.[1])).toEqual(named);
});
