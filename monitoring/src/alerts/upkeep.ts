import type { Alert } from './alert.ts';

const day = 86_400;
const parts = 'job=~"prometheus|alertmanager|blackbox|node|nginx|grafana|loki|collector|jaeger"';
/** They come with one profile and go with it: while one of them is there, all should be. */
const together = ['loki', 'collector', 'jaeger'];
const oneOfThem = `on () count(up{job=~"${together.join('|')}"} == 1)`;
const lost = together.map((job) => `label_replace(vector(0), "job", "${job}", "", "")`).join(' or ');
/**
 * What does not answer, and what discovery does not find any more. With a smaller profile some are missing and not gone. Whether
 * Grafana should be there nobody can tell: it is missed for a while.
 */
const partsGone = [
  `min by (job) (up{${parts}}) == 0`,
  `((${lost}) unless on (job) up and ${oneOfThem})`,
  '(max by (job) (max_over_time(up{job="grafana"}[15m])) unless on (job) up) * 0',
].join('\nor ');
/** Where there has never been one, since we began to look. */
const lastBackup =
  'max(backup_last_success_timestamp_seconds > 0) or min(process_start_time_seconds{job="prometheus"})';
const lastDrill =
  'max(restore_drill_last_success_timestamp_seconds > 0) or min(process_start_time_seconds{job="prometheus"})';
/** Of five minutes, by way. A webhook is the heartbeat and nothing else: people are told by mail and chat. */
const failed = (way: string): string =>
  `sum by (integration) (increase(alertmanager_notifications_failed_total{job="alertmanager", integration${way}"webhook"}[5m])) > 0`;
const monitoring = { service: 'monitoring', panel: ['machine', 'targets'] } as const;

/** What is nobody's emergency today and everybody's tomorrow, and the pipeline that would tell of it. */
export const upkeepAlerts: readonly Alert[] = [
  {
    name: 'CertExpiringSoon',
    expr: `min(probe_ssl_earliest_cert_expiry{job="blackbox"}) - time() < ${14 * day}`,
    for: '5m',
    severity: 'warning',
    service: 'nginx',
    summary: 'The certificate ends in {{ $value | humanizeDuration }}',
    description: 'The certificate that nginx shows ends in {{ $value | humanizeDuration }}, and has not been renewed.',
    firstStep: 'docker compose logs --tail 50 certificates',
    panel: ['machine', 'certificate'],
  },
  {
    name: 'BackupTooOld',
    expr: `time() - (${lastBackup}) > ${26 * 3_600}`,
    for: '5m',
    severity: 'warning',
    service: 'backup',
    summary: 'There has been no backup for {{ $value | humanizeDuration }}',
    description:
      'The last backup that succeeded is {{ $value | humanizeDuration }} old (limit 26 h), or there never was one.',
    firstStep: 'scripts/backup',
    panel: ['stores', 'backup'],
  },
  {
    name: 'WalNotArchived',
    expr: 'time() - max(backup_wal_archived_timestamp_seconds) > 300 and on () sum(increase(backup_wal_failures_total[5m])) > 0',
    for: '2m',
    severity: 'warning',
    service: 'backup',
    summary: 'What was written in the last {{ $value | humanizeDuration }} is not in every backup',
    description:
      'Postgres has tried in vain for {{ $value | humanizeDuration }} to hand over its log (limit 5 min). A loss of the disk now would lose what was written since, at one of the places at least.',
    firstStep: 'docker compose logs --tail 50 postgres',
    panel: ['stores', 'backup'],
  },
  {
    name: 'RestoreDrillTooOld',
    expr: `time() - (${lastDrill}) > ${26 * 3_600}`,
    for: '5m',
    severity: 'warning',
    service: 'backup',
    summary: 'No backup has been proven for {{ $value | humanizeDuration }}',
    description:
      'The last drill that restored a backup is {{ $value | humanizeDuration }} old (limit 26 h), or there never was one.',
    firstStep: 'scripts/restore-drill',
    panel: ['stores', 'backup'],
  },
  {
    ...monitoring,
    name: 'MonitoringDown',
    // Under the name that Compose knows it by: what does not answer as job nginx is the exporter.
    expr: `label_replace(${partsGone},\n"job", "$1-exporter", "job", "(nginx|node)")`,
    for: '1m',
    severity: 'warning',
    summary: '{{ $labels.job }} is down',
    description:
      '{{ $labels.job }}, a part of the monitoring, has not answered for a minute. What it watches is not watched.',
    firstStep: 'docker compose ps -a && docker compose logs --tail 50 {{ $labels.job }}',
  },
  {
    ...monitoring,
    name: 'AlertsNotDelivered',
    expr: failed('!='),
    for: '1m',
    severity: 'critical',
    summary: 'Alerts do not arrive by {{ $labels.integration }}',
    description: '{{ $value | humanize }} notifications by {{ $labels.integration }} failed in five minutes.',
    firstStep: 'docker compose logs --tail 50 alertmanager',
  },
  {
    ...monitoring,
    name: 'HeartbeatNotDelivered',
    expr: failed('='),
    // Whoever waits for it is patient, too: what is short is theirs to mend.
    for: '10m',
    severity: 'warning',
    summary: 'The heartbeat does not arrive',
    description:
      'For ten minutes the heartbeat has not arrived at HEARTBEAT_URL, {{ $value | humanize }} failed in the last five. Alerts do arrive; but nobody would be told of a dead machine.',
    firstStep: 'docker compose logs --tail 50 alertmanager',
  },
  {
    ...monitoring,
    name: 'RulesFailing',
    expr: 'sum(increase(prometheus_rule_evaluation_failures_total{job="prometheus"}[5m])) > 0 or min(prometheus_config_last_reload_successful{job="prometheus"}) == 0',
    for: '1m',
    severity: 'warning',
    summary: 'Prometheus cannot evaluate its rules',
    description:
      '{{ if gt $value 0.0 }}{{ $value | humanize }} evaluations of rules failed in five minutes{{ else }}Prometheus refuses its configuration{{ end }}, so that alerts may be missing.',
    firstStep: 'docker compose logs --tail 50 prometheus',
  },
  {
    ...monitoring,
    name: 'Watchdog',
    expr: 'vector(1)',
    severity: 'none',
    summary: 'The alerting works',
    description: 'Always firing. Where its heartbeat stops to arrive, the machine or its monitoring is dead.',
    firstStep: 'ssh to the machine; scripts/doctor',
  },
];
