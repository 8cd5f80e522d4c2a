import { tellsSomebody } from '../secrets/delivery.ts';
import type { Profile } from './up-options.ts';

type Values = Readonly<Record<string, string>>;
/** What was asked for, and bytes of memory that the machine has. */
type Asked = { profile: Profile; memory: number };

/** Logs and traces beside four replicas need more than 2 GB, which machines call what is a little less. */
const enoughForAll = 2.5 * 2 ** 30;

/** Whether an address can be one for somebody elsewhere. */
function leadsOutside(address = ''): boolean {
  if (!/^https?:/.test(address) || !URL.canParse(address)) return false;
  return !/^(localhost|127\..*|\[::1\])$/.test(new URL(address).hostname);
}

const hasGrafana = (env: Values): boolean => env['COMPOSE_PROFILES']?.includes('grafana') === true;

/** What is missing for alerts that arrive and lead somewhere. */
function tellings(env: Values): string[] {
  if (!tellsSomebody(env))
    return [
      'WARNING: nobody is told of alerts: set SMTP_HOST and SMTP_TO, or DISCORD_WEBHOOK_URL, in .env and run scripts/up again.',
    ];
  const links = ['RUNBOOK_URL', ...(hasGrafana(env) ? ['GRAFANA_URL'] : [])].filter((name) => !leadsOutside(env[name]));
  return links.map((name) => `Links in alerts lead nowhere outside this machine until ${name} is set in .env.`);
}

/** What `up` says of the monitoring at its end: where it is, what is off and why, and loudly when nobody is told of alerts. */
export function monitoringReport({ profile, memory }: Asked, values: Values, env: Values): string[] {
  if (profile === 'core')
    return [
      'Monitoring is off: --profile observability brings metrics and alerts, --profile full logs and traces as well.',
    ];
  const at = (name: string) => `http://localhost:${values[name]}`;
  const grafana = hasGrafana(env)
    ? [`Grafana: ${at('GRAFANA_PORT')}, user admin, GRAFANA_PASSWORD in .env`]
    : ['Grafana is left out: no package has it. Its dashboards are in monitoring/grafana/dashboards.'];
  const traces =
    profile === 'full'
      ? [`Jaeger: ${at('JAEGER_PORT')}, Loki: ${at('LOKI_PORT')}`]
      : ['Logs and traces are off: --profile full brings them, on a machine with more than 2 GB.'];
  const tooMuch =
    profile === 'full' && memory < enoughForAll
      ? ['WARNING: this machine has no room for logs and traces beside four replicas: --profile observability fits it.']
      : [];
  return [
    ...grafana,
    `Prometheus: ${at('PROMETHEUS_PORT')}, Alertmanager: ${at('ALERTMANAGER_PORT')}`,
    ...traces,
    ...tooMuch,
    ...tellings(env),
  ];
}
