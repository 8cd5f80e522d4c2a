import { figures, inPhase } from '../../../k6/lib/figures.ts';
import type { Phase } from '../../../k6/lib/phase.ts';

type Values = Readonly<Record<string, number>>;
type Metric = { values: Values; thresholds?: Readonly<Record<string, { ok: boolean }>> };
/** What k6 hands its handleSummary. */
export type Summary = { metrics: Readonly<Record<string, Metric>> };

/** Milliseconds. */
export type Times = { p50: number; p95: number; p99: number; max: number };

export type PhaseFigures = {
  phase: Phase;
  requests: number;
  perSecond: number;
  /** Redirects asked for and answered, the share that was not, their time. */
  started: number;
  answered: number;
  failed: number;
  redirect: Times;
  /** Everything else that was asked of the service: how much, the share that did not answer as it should, and its time. */
  apiAsked: number;
  apiFailed: number;
  api: Times;
  /** What the edge answered without the service, its time; absent in results from before it was asked. */
  edge?: Times;
  /** Requests refused on purpose, and iterations for which k6 had no client left. */
  shed: number;
  dropped: number;
};

/** The share of iterations for which k6 may have had no client: more, and the rate was not what it says. */
const mostDropped = 0.01;

/** Whether less was sent than was asked for: a slow service is flattered by what it was spared. */
export const isUnsent = ({ requests, dropped }: Pick<PhaseFigures, 'requests' | 'dropped'>): boolean =>
  dropped > mostDropped * (requests + dropped);

/** The share of what was asked for that was sent. */
export const sentShare = ({ requests, dropped }: Pick<PhaseFigures, 'requests' | 'dropped'>): number =>
  requests / Math.max(1, requests + dropped);

const zero: Times = { p50: 0, p95: 0, p99: 0, max: 0 };

const value = ({ metrics }: Summary, name: string, what: string): number => metrics[name]?.values[what] ?? 0;

function times({ metrics }: Summary, name: string): Times {
  const values = metrics[name]?.values;
  if (!values) return zero;
  const { med = 0, 'p(95)': p95 = 0, 'p(99)': p99 = 0, max = 0 } = values;
  return { p50: med, p95, p99, max };
}

/** The figures of one phase. */
export function phaseFigures(summary: Summary, phase: Phase): PhaseFigures {
  const of = (figure: string) => inPhase(figure, phase.name);
  const requests = value(summary, of('http_reqs'), 'count');
  return {
    phase,
    requests,
    perSecond: requests / phase.seconds,
    started: value(summary, of(figures.started), 'count'),
    answered: value(summary, of(figures.answered), 'count'),
    failed: value(summary, of(figures.failed), 'rate'),
    redirect: times(summary, of(figures.redirect)),
    apiAsked: value(summary, of(figures.apiFailed), 'passes') + value(summary, of(figures.apiFailed), 'fails'),
    apiFailed: value(summary, of(figures.apiFailed), 'rate'),
    api: times(summary, of(figures.api)),
    edge: times(summary, of(figures.edge)),
    shed: value(summary, of(figures.shed), 'count'),
    dropped: value(summary, of('dropped_iterations'), 'count'),
  };
}

export type Failures = {
  /** Refused on purpose: how many, how many of them redirects, how fast, and the share that said when to come again. */
  shed: number;
  shedRedirects: number;
  shedP95: number;
  shedTold: number;
  noAnswer: number;
  broken: number;
  unexpected: number;
};

/** What went wrong in the whole run, by kind. */
export const failuresOf = (summary: Summary): Failures => ({
  shed: value(summary, figures.shed, 'count'),
  shedRedirects: value(summary, figures.shedRedirects, 'count'),
  shedP95: value(summary, figures.shedTime, 'p(95)'),
  shedTold: value(summary, figures.shedTold, 'rate'),
  noAnswer: value(summary, figures.silent, 'count'),
  broken: value(summary, figures.broken, 'count'),
  unexpected: value(summary, figures.unexpected, 'count'),
});

export const createdOf = (summary: Summary): number => value(summary, figures.created, 'count');

/** Objectives of judged phases that did not hold, as `metric: threshold`. */
export const brokenThresholds = ({ metrics }: Summary, phases: readonly Phase[]): string[] =>
  Object.entries(metrics).flatMap(([name, { thresholds = {} }]) =>
    Object.entries(phases.some((phase) => phase.judged && name.endsWith(`{scenario:${phase.name}}`)) ? thresholds : {})
      .filter(([, { ok }]) => !ok)
      .map(([threshold]) => `${name}: ${threshold}`),
  );
