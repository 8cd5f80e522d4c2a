import { ago, gauge, perSecond, series } from '../../support/world.ts';
import { type Case, one } from './case.ts';

const { up } = series;
const day = 86_400;
const archived = 'backup_wal_archived_timestamp_seconds{job="backup"}';
const refused = 'backup_wal_failures_total{job="backup"}';
const drill = 'restore_drill_last_success_timestamp_seconds{job="backup"}';
const backup = 'backup_last_success_timestamp_seconds{job="backup"}';

const failures = (integration: string): string =>
  `alertmanager_notifications_failed_total{job="alertmanager", integration="${integration}"}`;

export const upkeep: readonly Case[] = [
  {
    alert: 'CertExpiringSoon',
    ...one(
      'probe_ssl_earliest_cert_expiry{job="blackbox", target="https://nginx/health"}',
      // The story takes less than ten minutes.
      gauge(14 * day + 600),
      gauge(14 * day),
    ),
    notBefore: 295,
    lasts: 330,
    cure: 10,
  },
  {
    alert: 'BackupTooOld',
    // At the end of the story it is 93,400 s old, with a limit of 93,600 s.
    below: { [backup]: gauge(3_200) },
    above: { [backup]: gauge(1) },
    step: 600,
    notBefore: 92_400,
    lasts: 95_400,
    cure: 600,
    cured: { [backup]: gauge(96_000) },
  },
  {
    alert: 'WalNotArchived',
    below: { [archived]: ago(290), [refused]: perSecond(0.02) },
    above: { [archived]: ago(310), [refused]: perSecond(0.02) },
    notBefore: 115,
    lasts: 300,
    cure: 10,
  },
  {
    // Nothing is written at night, so that there is nothing to hand over.
    alert: 'WalNotArchived',
    below: { [archived]: ago(7_200), [refused]: perSecond(0) },
    above: { [archived]: ago(7_200), [refused]: perSecond(0.02) },
    notBefore: 115,
    lasts: 300,
    cure: 10,
  },
  {
    alert: 'RestoreDrillTooOld',
    below: { [drill]: gauge(3_200) },
    above: { [drill]: gauge(1) },
    step: 600,
    notBefore: 92_400,
    lasts: 95_400,
    cure: 600,
    cured: { [drill]: gauge(96_000) },
  },
  { alert: 'MonitoringDown', ...one(up('blackbox'), gauge(1), gauge(0)), notBefore: 55, lasts: 80, cure: 10 },
  { alert: 'MonitoringDown', ...one(up('nginx'), gauge(1), gauge(0)), notBefore: 55, lasts: 80, cure: 10 },
  { alert: 'MonitoringDown', ...one(up('grafana'), gauge(1), 'absent'), notBefore: 55, lasts: 80, cure: 10 },
  {
    // A smaller profile, or one that is gone alone; and that for as long as it is.
    alert: 'MonitoringDown',
    below: { [up('loki')]: 'absent', [up('collector')]: 'absent', [up('jaeger')]: 'absent' },
    above: { [up('loki')]: 'absent' },
    notBefore: 55,
    lasts: 80,
    cure: 10,
  },
  { alert: 'MonitoringDown', ...one(up('jaeger'), gauge(1), 'absent'), step: 30, lasts: 7_200, cure: 30 },
  {
    alert: 'AlertsNotDelivered',
    ...one(failures('email'), perSecond(0), perSecond(0.1)),
    notBefore: 55,
    lasts: 120,
    cure: 330,
  },
  {
    // The heartbeat alone does not arrive.
    alert: 'AlertsNotDelivered',
    below: { [failures('webhook')]: perSecond(0.1) },
    above: { [failures('email')]: perSecond(0.1), [failures('webhook')]: perSecond(0.1) },
    lasts: 120,
    cure: 330,
  },
  {
    alert: 'HeartbeatNotDelivered',
    below: { [failures('email')]: perSecond(0.1) },
    above: { [failures('webhook')]: perSecond(1 / 60) },
    notBefore: 595,
    lasts: 620,
    cure: 330,
  },
  {
    alert: 'RulesFailing',
    ...one('prometheus_config_last_reload_successful{job="prometheus"}', gauge(1), gauge(0)),
    notBefore: 55,
    lasts: 80,
    cure: 10,
  },
  {
    alert: 'RulesFailing',
    ...one('prometheus_rule_evaluation_failures_total{job="prometheus"}', perSecond(0), perSecond(0.1)),
    notBefore: 55,
    lasts: 120,
    cure: 330,
  },
];
