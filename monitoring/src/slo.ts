import slo from '../slo.json' with { type: 'json' };

/** The objectives, from the one file that rules, documents and load tests read. */
export type Slo = typeof slo;
export const objectives: Slo = slo;

/** One objective as a share of redirects that are good, with the numbers of which its bad share is made. */
export type Objective = {
  /** The value of the label `slo`. */
  slo: 'availability' | 'latency_p95' | 'latency_p99';
  /** Share of redirects that shall be good. */
  goal: number;
  /** PromQL of the redirects in a window that were not. */
  bad: (window: string) => string;
  /** The objective in a sentence. */
  says: string;
};

const redirects = (series: string, window: string, matchers = ''): string =>
  `sum(rate(${series}{job="autoscaler", kind="redirect"${matchers}}[${window}]))`;

/** All redirects a second in a window, as the edge answered them. */
export const allRedirects = (window: string): string => redirects('edge_requests_total', window);

const slower = (seconds: number) => (window: string) =>
  `(${redirects('edge_request_duration_seconds_count', window)} - ${redirects('edge_request_duration_seconds_bucket', window, `, le="${seconds}"`)})`;

const percent = (share: number): string => `${Number((share * 100).toFixed(3))} %`;

/** Every objective of a slo.json. */
export function objectivesOf({ redirect }: Slo): Objective[] {
  const { availability, latency_ms } = redirect;
  const latency = (slo: Objective['slo'], goal: number, milliseconds: number): Objective => ({
    slo,
    goal,
    bad: slower(milliseconds / 1_000),
    says: `${percent(goal)} of redirects are answered within ${milliseconds} ms`,
  });
  return [
    {
      slo: 'availability',
      goal: availability,
      bad: (window) => redirects('edge_requests_total', window, ', status=~"5.."'),
      says: `${percent(availability)} of redirects are answered, and not with a server error`,
    },
    latency('latency_p95', 0.95, latency_ms.p95),
    latency('latency_p99', 0.99, latency_ms.p99),
  ];
}
