import { allRedirects, type Objective, objectives, objectivesOf } from '../slo.ts';

export type RecordRule = { record: string; expr: string; labels?: Record<string, string> };

/** The app's requests without those that only machines make. */
export const asked = 'job="app", route!~"/health|/health/ready|/metrics|/v1/health"';
/** Of these, without such as take long because they are long. */
export const brief = `${asked}, route!~".*(bulk|import|export).*"`;

/** Requests a second at the edge without those that nginx only sends to https: they come again, and cost it nothing. */
export const edgeRequests = (window: string): string =>
  ['by!="edge"', 'by="edge", status!="308"']
    .map((matchers) => `sum(rate(edge_requests_total{job="autoscaler", ${matchers}}[${window}]))`)
    .join(' + ');

const requests: readonly RecordRule[] = [
  ...['30s', '1m'].flatMap((window) => [
    {
      record: `app:requests:rate${window}`,
      expr: `sum(rate(http_request_duration_seconds_count{${asked}}[${window}]))`,
    },
    {
      record: `app:errors:rate${window}`,
      expr: `sum(rate(http_request_duration_seconds_count{${asked}, status=~"5.."}[${window}]))`,
    },
    { record: `edge:requests:rate${window}`, expr: edgeRequests(window) },
    {
      record: `edge:errors:rate${window}`,
      expr: `sum(rate(edge_requests_total{job="autoscaler", status=~"5..", by="edge"}[${window}]))`,
    },
  ]),
  {
    record: 'app:errors:increase1m',
    expr: `sum(increase(http_request_duration_seconds_count{${asked}, status=~"5.."}[1m]))`,
  },
  ...(['0.5', '0.95', '0.99'] as const).map((quantile) => ({
    record: `app:latency_seconds:p${quantile.slice(2).padEnd(2, '0')}_1m`,
    expr: `histogram_quantile(${quantile}, sum by (le) (rate(http_request_duration_seconds_bucket{${brief}}[1m])))`,
  })),
  {
    record: 'machine:cpu_busy:ratio2m',
    expr: '1 - sum(rate(node_cpu_seconds_total{job="node", mode=~"idle|iowait|steal"}[2m])) / sum(rate(node_cpu_seconds_total{job="node"}[2m]))',
  },
];

/** Windows of the burn alerts, each once; long ones are many samples, and need no look every few seconds. */
const windows = [
  ...new Set([...objectives.burn.fast, ...objectives.burn.slow].flatMap(({ long, short }) => [short, long])),
];
const isLong = (window: string): boolean => /^([2-9]|\d\d+)h$|d$/.test(window);

/** How many redirects there were, for each window of whose failures the burn alerts want several. */
const counted: readonly RecordRule[] = [...objectives.burn.fast, ...objectives.burn.slow].map(({ long }) => ({
  record: `slo:redirects:increase${long}`,
  expr: `sum(increase(edge_requests_total{job="autoscaler", kind="redirect"}[${long}]))`,
}));
const overLong = ({ record }: RecordRule): boolean => isLong(record.replace(/.*increase/, ''));

const badShare =
  (window: string) =>
  ({ bad, slo }: Objective): RecordRule => ({
    record: `slo:bad:ratio_rate${window}`,
    expr: `${bad(window)} / (${allRedirects(window)} > 0)`,
    labels: { slo },
  });

const constants = ({ goal, slo }: Objective): RecordRule => ({
  record: 'slo:budget:ratio',
  expr: `vector(${Number((1 - goal).toFixed(6))})`,
  labels: { slo },
});

const days = `${objectives.window_days}d`;
/** What is left of a budget: 1 is all of it, below 0 the objective is missed. */
const left = ({ bad, goal, slo }: Objective): RecordRule => ({
  record: 'slo:budget_left:ratio',
  expr: `1 - (${bad(days)} / (${allRedirects(days)} > 0)) / ${Number((1 - goal).toFixed(6))}`,
  labels: { slo },
});

const all = objectivesOf(objectives);

export type Group = { name: string; interval?: string; rules: readonly RecordRule[] };

/** What is worked out once and used by alerts and panels alike. */
export const recordedGroups: readonly Group[] = [
  { name: 'requests', rules: requests },
  {
    name: 'objectives',
    interval: '15s',
    rules: [
      ...all.map(constants),
      ...counted.filter((rule) => !overLong(rule)),
      ...windows.filter((window) => !isLong(window)).flatMap((window) => all.map(badShare(window))),
    ],
  },
  {
    name: 'objectives: long',
    interval: '1m',
    rules: [...counted.filter(overLong), ...windows.filter(isLong).flatMap((window) => all.map(badShare(window)))],
  },
  // A month of samples: not at each look.
  // Below the five minutes for which Prometheus takes a value for the present one.
  { name: 'budgets', interval: '4m', rules: all.map(left) },
];
