import type { Alert } from './alert.ts';

const autoscaler = (series: string): string => `autoscaler_${series}{job="autoscaler"}`;
const serving = 'sum(autoscaler_replicas{job="autoscaler", state="serving"})';
const acts = `max(${autoscaler('acting')}) == 1 unless max(${autoscaler('release_active')}) == 1`;
const nearMax = `0.8 * max(${autoscaler('effective_max')})`;

const base = { service: 'autoscaler', firstStep: 'scripts/status' } as const;

/** Whether the number of replicas is what it should be. */
export const autoscalerAlerts: readonly Alert[] = [
  {
    ...base,
    name: 'HighReplicaCount',
    expr: `${serving} >= ${nearMax} and max(avg_over_time(${autoscaler('wanted')}[1m])) >= ${nearMax}`,
    for: '2m',
    severity: 'warning',
    summary: '{{ $value }} replicas serve, nearly all that the machine can hold',
    description: '{{ $value }} replicas serve, at least 80 % of the effective maximum, because the load asks for them.',
    panel: ['autoscaler', 'replicas'],
  },
  {
    ...base,
    name: 'AutoscalerSaturated',
    expr: `max(${autoscaler('wanted')}) - max(${autoscaler('effective_max')}) and max(${autoscaler('saturated')}) == 1`,
    for: '2m',
    severity: 'critical',
    summary: 'The load wants {{ $value }} replicas more than the machine can hold',
    description:
      'For two minutes the load has asked for more replicas than settings and machine allow, now {{ $value }} more: it is outgrown.',
    panel: ['autoscaler', 'replicas'],
  },
  {
    ...base,
    name: 'AutoscalerStuck',
    expr: `time() - max(${autoscaler('last_tick_timestamp_seconds')}) > 20`,
    for: '5s',
    severity: 'critical',
    summary: 'The autoscaler stands still',
    description: 'No tick has ended for {{ $value | humanizeDuration }}: nobody replaces a replica that fails.',
    firstStep: 'docker compose logs --tail 50 autoscaler gate',
    panel: ['autoscaler', 'tick'],
  },
  {
    ...base,
    name: 'AutoscalerNotConverging',
    expr: `abs(max(${autoscaler('desired')}) - ${serving}) > 0 and (${acts})`,
    for: '3m',
    severity: 'warning',
    summary: '{{ $value }} replicas more or fewer serve than should',
    description: 'For three minutes the number of serving replicas has differed from the wanted one by {{ $value }}.',
    panel: ['autoscaler', 'replicas'],
  },
  {
    ...base,
    name: 'AutoscalerFlapping',
    // Rounded: Prometheus makes 6.05 out of six changes, as it guesses those before the first and after the last sample.
    expr: `round(sum(increase(${autoscaler('changes_total')}[10m]))) > 6`,
    severity: 'warning',
    summary: 'The number of replicas has changed {{ $value }} times in ten minutes',
    description: 'Replicas come and go: {{ $value }} changes in ten minutes (limit 6).',
    panel: ['autoscaler', 'changes'],
  },
  {
    ...base,
    name: 'AutoscalerBlind',
    expr: 'max(autoscaler_unknown_readings{job="autoscaler", reading="use"}) > 0',
    for: '2m',
    severity: 'warning',
    summary: 'The use of {{ $value }} replicas is unknown',
    description: 'For two minutes the engine has told nothing of {{ $value }} replicas, so the load cannot add any.',
    firstStep: 'docker compose logs --tail 50 autoscaler gate',
    panel: ['autoscaler', 'unknown'],
  },
  {
    ...base,
    name: 'EdgeRefusesUpstream',
    expr: `max(${autoscaler('edge_refused')}) == 1`,
    for: '10s',
    severity: 'critical',
    summary: 'nginx refuses its configuration',
    description: 'nginx -t fails, so no replica is added, replaced or released until it is mended.',
    firstStep: 'docker compose exec nginx nginx -t',
    panel: ['autoscaler', 'edge'],
  },
];
