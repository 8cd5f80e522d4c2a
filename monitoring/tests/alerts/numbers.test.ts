import { expect, test } from '@jest/globals';
import type { Alert } from '../../src/alerts/alert.ts';
import { alerts } from '../../src/rules/groups.ts';
import { tellWords } from '../support/promtool.ts';
import { gauge, healthy, perSecond, series, type World } from '../support/world.ts';

// How bad it is, as a mail says it: the number that the expression brings, in the words around it.

const { app, autoscaler } = series;
const probe = 'probe_success{job="blackbox", target="http://nginx/health"}';
const breaker = 'circuit_breaker_state{job="app", dependency="cache", instance="b"}';
const failing = 'prometheus_rule_evaluation_failures_total{job="prometheus"}';
const refused = 'prometheus_config_last_reload_successful{job="prometheus"}';

type Said = Partial<Alert> & { more: Readonly<Record<string, string>> };

test.each<[string, string, World, Said]>([
  [
    'more load than the machine can hold → how many replicas are missing',
    'AutoscalerSaturated',
    { [autoscaler('wanted')]: gauge(8), [autoscaler('saturated')]: gauge(1) },
    {
      more: {},
      summary: 'The load wants 3 replicas more than the machine can hold',
      description:
        'For two minutes the load has asked for more replicas than settings and machine allow, now 3 more: it is outgrown.',
    },
  ],
  [
    'breakers are open → in how many replicas',
    'BreakerOpen',
    { [app('circuit_breaker_state{dependency="cache"}')]: gauge(2), [breaker]: gauge(1) },
    {
      more: { dependency: 'cache' },
      service: 'cache',
      summary: '2 replicas have stopped asking cache',
      description: 'The breaker before cache is open in 2 replicas: too many of their calls failed.',
    },
  ],
  [
    'the probe fails → how many of the last minute have',
    'EndpointDown',
    { [probe]: gauge(0) },
    {
      more: { target: 'http://nginx/health' },
      summary: 'The probe through nginx fails (http://nginx/health)',
      description:
        'Requests to http://nginx/health through nginx have failed for 20 s, 100% of those of the last minute, so users see errors or nothing.',
    },
  ],
  [
    'an exporter does not answer → named as Compose names it, and not nginx',
    'MonitoringDown',
    { [series.up('nginx')]: gauge(0) },
    {
      more: { job: 'nginx-exporter' },
      summary: 'nginx-exporter is down',
      description:
        'nginx-exporter, a part of the monitoring, has not answered for a minute. What it watches is not watched.',
      firstStep: 'docker compose ps -a && docker compose logs --tail 50 nginx-exporter',
    },
  ],
  [
    'the configuration is refused → said, and no number of failures',
    'RulesFailing',
    { [refused]: gauge(0) },
    { more: {}, description: 'Prometheus refuses its configuration, so that alerts may be missing.' },
  ],
  [
    'rules fail → how often',
    'RulesFailing',
    { [failing]: perSecond(0.1) },
    { more: {}, description: '30 evaluations of rules failed in five minutes, so that alerts may be missing.' },
  ],
])('%s', async (_what, name, world, said) => {
  const alert = alerts.find((one) => one.name === name);
  if (alert === undefined) throw new Error(`no alert ${name}`);
  expect(await tellWords({ ...healthy, ...world }, 600, alert, said)).toBe('');
});
