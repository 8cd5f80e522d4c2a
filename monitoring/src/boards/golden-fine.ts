import { falling, type RowSpec, rising } from '../dashboards/spec.ts';
import { waysToPeople } from '../told.ts';

/** The first row: a look of five seconds. */
export const isItFine: RowSpec = {
  title: 'Is it fine?',
  panels: [
    {
      panel: ['golden', 'budget'],
      kind: 'stat',
      title: 'Error budget left',
      description: 'What is left of the month of each objective. Below 0 the objective is missed.',
      queries: [{ expr: 'slo:budget_left:ratio', legend: '{{slo}}' }],
      unit: 'percentunit',
      decimals: 1,
      steps: falling(0.5, 0.1),
      width: 8,
      emptyWhenIdle: 'without a redirect there is no share; worked out every five minutes',
      afterMinutes: 6,
    },
    {
      panel: ['golden', 'alerts'],
      kind: 'stat',
      title: 'Firing alerts',
      description: 'Alerts that fire now, the watchdog apart.',
      queries: [{ expr: 'count(ALERTS{alertstate="firing", alertname!="Watchdog"}) or vector(0)' }],
      unit: 'none',
      steps: rising(1, 1),
      width: 4,
    },
    {
      panel: ['golden', 'replicas'],
      kind: 'stat',
      title: 'Replicas',
      description: 'Serving, and how many there shall be.',
      queries: [
        { expr: 'sum(autoscaler_replicas{state="serving"})', legend: 'serving' },
        { expr: 'max(autoscaler_desired)', legend: 'desired' },
      ],
      unit: 'none',
      width: 4,
    },
    {
      panel: ['golden', 'probe'],
      kind: 'stat',
      title: 'Probe through nginx',
      description: 'Whether a request through nginx reaches a replica.',
      queries: [{ expr: 'min by (target) (probe_success)', legend: '{{target}}' }],
      unit: 'none',
      words: { 0: 'FAILS', 1: 'answers' },
      steps: falling(1, 1),
      width: 4,
    },
    {
      panel: ['golden', 'mail'],
      kind: 'stat',
      title: 'Who is told',
      description:
        'Ways by which alerts reach people: mail, chat. 0: nobody is told; set SMTP_HOST and SMTP_TO, or DISCORD_WEBHOOK_URL. A heartbeat tells of the machine alone.',
      queries: [{ expr: waysToPeople }],
      unit: 'none',
      words: { 0: 'NOBODY' },
      steps: falling(1, 1),
      width: 4,
    },
  ],
};
