import { type BoardSpec, falling, rising } from '../dashboards/spec.ts';
import { objectives, objectivesOf } from '../slo.ts';

const names = { availability: 'availability', latency_p95: 'latencyP95', latency_p99: 'latencyP99' } as const;

/** The objectives, and what is left of their budgets. */
export const objectivesBoard: BoardSpec = {
  board: 'slo',
  title: 'Shortstack: objectives and error budget',
  description: 'What docs/slo.md promises, and how it stands.',
  rows: [
    {
      title: 'Now',
      panels: objectivesOf(objectives).map(({ bad, goal, says, slo }) => ({
        panel: ['slo', names[slo]] as const,
        kind: 'stat' as const,
        title: slo,
        description: `${says}. Over the span that is shown.`,
        queries: [
          {
            expr: `1 - (${bad('$__range')} / (sum(rate(edge_requests_total{job="autoscaler", kind="redirect"}[$__range])) > 0))`,
          },
        ],
        unit: 'percentunit',
        decimals: 3,
        steps: falling(goal, 2 * goal - 1),
        width: 8,
        emptyWhenIdle: 'without a redirect there is no share',
      })),
    },
    {
      title: 'Budget',
      panels: [
        {
          panel: ['slo', 'budget'],
          kind: 'lines',
          title: 'Budget left',
          description: 'Of the month. Below 0 the objective is missed.',
          queries: [{ expr: 'slo:budget_left:ratio', legend: '{{slo}}' }],
          unit: 'percentunit',
          max: 1,
          steps: falling(0.5, 0.1),
          width: 12,
          emptyWhenIdle: 'without a redirect there is no share; worked out every five minutes',
          afterMinutes: 6,
        },
        {
          panel: ['slo', 'burn'],
          kind: 'lines',
          title: 'Burn rates',
          description:
            'At 1 the budget lasts the month. Alerts: 14.4 over an hour, 6 over six; 3 over a day, 1 over three.',
          queries: [
            { expr: 'slo:bad:ratio_rate5m / on (slo) slo:budget:ratio', legend: '{{slo}}, 5 min' },
            { expr: 'slo:bad:ratio_rate1h / on (slo) slo:budget:ratio', legend: '{{slo}}, 1 h' },
          ],
          unit: 'none',
          min: 0,
          steps: rising(1, 14.4),
          width: 12,
          emptyWhenIdle: 'without a redirect there is no share',
        },
      ],
    },
  ],
};
