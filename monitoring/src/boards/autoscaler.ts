import { type BoardSpec, rising } from '../dashboards/spec.ts';

const rate = '$__rate_interval';

/** Why there are as many replicas as there are. */
export const autoscalerBoard: BoardSpec = {
  board: 'autoscaler',
  title: 'Shortstack: autoscaler',
  description: 'Replicas against load and CPU. Each change of their number is marked with its reason.',
  rows: [
    {
      title: 'Replicas',
      panels: [
        {
          panel: ['autoscaler', 'replicas'],
          kind: 'lines',
          title: 'Wanted, desired, serving',
          description:
            'What the load asks for, what there shall be after windows, rates and bounds, what serves, and the most there may be.',
          queries: [
            { expr: 'max(autoscaler_wanted)', legend: 'wanted' },
            { expr: 'max(autoscaler_desired)', legend: 'desired' },
            { expr: 'sum(autoscaler_replicas{state="serving"})', legend: 'serving' },
            { expr: 'max(autoscaler_effective_max)', legend: 'most' },
          ],
          unit: 'none',
          min: 0,
          width: 12,
        },
        {
          panel: ['autoscaler', 'use'],
          kind: 'lines',
          title: 'Use and load',
          description: 'Mean use of the replicas, what the CPU of the machine does, and readings that are unknown.',
          queries: [
            { expr: 'max(autoscaler_use_ratio)', legend: 'use' },
            { expr: 'machine:cpu_busy:ratio2m', legend: 'CPU of the machine' },
            { expr: 'sum(autoscaler_unknown_readings)', legend: 'unknown readings' },
          ],
          unit: 'percentunit',
          min: 0,
          steps: rising(0.8, 0.95),
          width: 12,
        },
        {
          panel: ['autoscaler', 'steps'],
          kind: 'stacked',
          title: 'Replicas by state',
          description: 'The life of a replica: starting, healthy, serving, draining …',
          queries: [{ expr: 'sum by (state) (autoscaler_replicas) > 0', legend: '{{state}}' }],
          unit: 'none',
          min: 0,
          width: 12,
        },
        {
          panel: ['autoscaler', 'bound'],
          kind: 'lines',
          title: 'What bounds the number',
          description: '1 for what sets the most there may be.',
          queries: [{ expr: 'max by (bound) (autoscaler_bound_by)', legend: '{{bound}}' }],
          unit: 'none',
          min: 0,
          max: 1,
          width: 12,
        },
      ],
    },
    {
      title: 'Decisions',
      panels: [
        {
          panel: ['autoscaler', 'decisions'],
          kind: 'stacked',
          title: 'Decisions by reason',
          description: 'How often each reason decided a tick.',
          queries: [{ expr: `sum by (reason) (rate(autoscaler_decisions_total[${rate}])) > 0`, legend: '{{reason}}' }],
          unit: 'ops',
          min: 0,
          width: 8,
        },
        {
          panel: ['autoscaler', 'changes'],
          kind: 'lines',
          title: 'Changes in ten minutes',
          description: 'Ups and downs of the desired number. The alert is at more than 6.',
          queries: [{ expr: 'sum by (direction) (increase(autoscaler_changes_total[10m]))', legend: '{{direction}}' }],
          unit: 'none',
          min: 0,
          steps: rising(4, 6),
          width: 8,
        },
        {
          panel: ['autoscaler', 'tick'],
          kind: 'lines',
          title: 'Ticks',
          description: 'Work of a tick, and the age of the last one. The alert is at an age of 20 s.',
          queries: [
            {
              expr: `histogram_quantile(0.95, sum by (le) (rate(autoscaler_tick_duration_seconds_bucket[${rate}])))`,
              legend: 'work, p95',
            },
            { expr: 'time() - max(autoscaler_last_tick_timestamp_seconds)', legend: 'age of the last' },
          ],
          unit: 's',
          min: 0,
          steps: rising(10, 20),
          width: 8,
        },
      ],
    },
    {
      title: 'What it does',
      panels: [
        {
          panel: ['autoscaler', 'edge'],
          kind: 'lines',
          title: 'The edge',
          description: '1 while nginx has proven to have read the upstream file; 1 while it refuses its configuration.',
          queries: [
            { expr: 'max(autoscaler_edge_proven)', legend: 'proven' },
            { expr: 'max(autoscaler_edge_refused)', legend: 'refused' },
          ],
          unit: 'none',
          min: 0,
          max: 1,
          width: 8,
        },
        {
          panel: ['autoscaler', 'failures'],
          kind: 'lines',
          title: 'Failures of replicas and steps',
          description: 'Replicas that failed, by how, and steps that failed.',
          queries: [
            { expr: `sum by (failure) (increase(autoscaler_replica_failures_total[${rate}]))`, legend: '{{failure}}' },
            { expr: `sum(increase(autoscaler_steps_total{result="failed"}[${rate}]))`, legend: 'steps' },
            { expr: `sum(increase(autoscaler_drain_cut_requests_total[${rate}]))`, legend: 'requests cut' },
          ],
          unit: 'none',
          min: 0,
          width: 8,
        },
        {
          panel: ['autoscaler', 'releases'],
          kind: 'lines',
          title: 'Releases',
          description: '1 while one is under way; done and rolled back so far.',
          queries: [
            { expr: 'max(autoscaler_release_active)', legend: 'under way' },
            { expr: 'sum by (outcome) (autoscaler_releases_total)', legend: '{{outcome}}' },
          ],
          unit: 'none',
          min: 0,
          width: 8,
        },
      ],
    },
  ],
};
