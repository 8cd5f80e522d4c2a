import { tellsSomebody } from '../secrets/delivery.ts';
import type { Profile } from './up-options.ts';

type Values = Readonly<Record<string, string>>;

/** What `up` says of the monitoring at its end: where it is, what is off and why, and loudly when nobody is told of alerts. */
export function monitoringReport({ profile }: { profile: Profile }, values: Values, env: Values): string[] {
  if (profile === 'core')
    return [
      'Monitoring is off: --profile observability brings metrics and alerts, --profile full logs and traces as well.',
    ];
  const at = (name: string) => `http://localhost:${values[name]}`;
  const grafana = env['COMPOSE_PROFILES']?.includes('grafana')
    ? [`Grafana: ${at('GRAFANA_PORT')}, user admin, GRAFANA_PASSWORD in .env`]
    : ['Grafana is left out: no package has it. Its dashboards are in monitoring/grafana/dashboards.'];
  const traces =
    profile === 'full'
      ? [`Jaeger: ${at('JAEGER_PORT')}, Loki: ${at('LOKI_PORT')}`]
      : ['Logs and traces are off: --profile full brings them, on a machine with more than 2 GB.'];
  const nobody = tellsSomebody(env)
    ? []
    : [
        'WARNING: nobody is told of alerts: set SMTP_HOST and SMTP_TO, or DISCORD_WEBHOOK_URL, in .env and run scripts/up again.',
      ];
  return [
    ...grafana,
    `Prometheus: ${at('PROMETHEUS_PORT')}, Alertmanager: ${at('ALERTMANAGER_PORT')}`,
    ...traces,
    ...nobody,
  ];
}
