/** Names of what k6 counts beside its own figures; whoever reads a summary knows them by these. */
export const figures = {
  /** Redirects asked for, those answered with 3xx, the share that was not, and their time. */
  started: 'redirects_started',
  answered: 'redirects_answered',
  failed: 'redirects_failed',
  redirect: 'redirect_duration',
  /** Everything but redirects: the share that did not answer as it should, and its time. */
  apiFailed: 'api_failed',
  api: 'api_duration',
  /** What the edge answers without the service: its time. */
  edge: 'edge_duration',
  /** Links created. */
  created: 'urls_created',
  /** Refused on purpose (refusal.ts): its time, and the share that said when to come again. */
  shed: 'shed',
  /** Those of them that were redirects. */
  shedRedirects: 'shed_redirects',
  shedTime: 'shed_duration',
  shedTold: 'shed_with_retry_after',
  /** What else went wrong; a 503 of the edge's own is broken. */
  silent: 'failed_no_answer',
  broken: 'failed_5xx',
  unexpected: 'failed_unexpected',
} as const;

/** Figures that each phase has of its own. */
export const phaseFigures = [
  figures.started,
  figures.answered,
  figures.failed,
  figures.redirect,
  figures.apiFailed,
  figures.api,
  figures.edge,
  figures.shed,
  'http_reqs',
  'http_req_duration',
  'http_req_failed',
  'dropped_iterations',
] as const;

/** A figure of one phase, as k6 names it. */
export const inPhase = (figure: string, phase: string): string => `${figure}{scenario:${phase}}`;
