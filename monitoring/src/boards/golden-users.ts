import { type RowSpec, rising } from '../dashboards/spec.ts';
import { asked, brief, edgeRequests } from '../rules/recorded.ts';

const rate = '$__rate_interval';

/** The share of what went wrong: 0 where nobody asks for anything, and nothing where nobody tells of those who ask. */
const shareOf = (bad: string, all: string): string => `(${bad} / ((${all}) > 0)) or 0 * (${all})`;

/** What users meet with: requests, errors, latency, and what that costs of the budget. */
export const whatUsersSee: RowSpec = {
  title: 'What users see',
  panels: [
    {
      panel: ['golden', 'traffic'],
      kind: 'stacked',
      title: 'Requests at the edge',
      description: 'What nginx answered, by status.',
      queries: [{ expr: `sum by (status) (rate(edge_requests_total[${rate}]))`, legend: '{{status}}' }],
      unit: 'reqps',
      min: 0,
      width: 8,
    },
    {
      panel: ['golden', 'errors'],
      kind: 'lines',
      title: 'Server errors',
      description:
        'Share of requests that end in a server error: of the replicas, and of nginx where no replica answered. The alerts are at 5 %.',
      queries: [
        {
          expr: shareOf(
            `sum(rate(http_request_duration_seconds_count{${asked}, status=~"5.."}[${rate}]))`,
            `sum(rate(http_request_duration_seconds_count{${asked}}[${rate}]))`,
          ),
          legend: 'replicas',
        },
        {
          expr: shareOf(
            `sum(rate(edge_requests_total{job="autoscaler", status=~"5..", by="edge"}[${rate}]))`,
            edgeRequests(rate),
          ),
          legend: 'nginx itself',
        },
      ],
      unit: 'percentunit',
      min: 0,
      steps: rising(0.01, 0.05),
      width: 8,
    },
    {
      panel: ['golden', 'latency'],
      kind: 'lines',
      title: 'Latency of the replicas',
      description:
        'Without bulk, import and export, as in the alert, which is at p95 of 500 ms. Points lead to traces.',
      queries: (['0.5', '0.95', '0.99'] as const).map((q) => ({
        expr: `histogram_quantile(${q}, sum by (le) (rate(http_request_duration_seconds_bucket{${brief}}[${rate}])))`,
        legend: `p${q.slice(2).padEnd(2, '0')}`,
        exemplars: q === '0.99',
      })),
      unit: 's',
      min: 0,
      steps: rising(0.25, 0.5),
      width: 8,
    },
    {
      panel: ['golden', 'heatmap'],
      kind: 'heatmap',
      title: 'Latency at the edge',
      description: 'How many redirects took how long, as nginx saw it.',
      queries: [
        {
          expr: `sum by (le) (rate(edge_request_duration_seconds_bucket{kind="redirect"}[${rate}]))`,
          legend: '{{le}}',
        },
      ],
      unit: 'reqps',
      axis: 's',
      width: 12,
    },
    {
      panel: ['golden', 'burn'],
      kind: 'lines',
      title: 'Burn rate',
      description: 'How fast the error budget is spent: at 1 it lasts the month, at 14.4 two days.',
      queries: [{ expr: 'slo:bad:ratio_rate1h / on (slo) slo:budget:ratio', legend: '{{slo}}, 1 h' }],
      unit: 'none',
      min: 0,
      steps: rising(1, 14.4),
      width: 12,
      emptyWhenIdle: 'without a redirect in the last hour there is no share',
    },
  ],
};
