import type { Reason } from './decide/decision.ts';
import { failuresIn } from './memory.ts';
import type { Metrics } from './metrics.ts';
import { states } from './replicas/replica.ts';
import type { Report, Stepped } from './report.ts';

type Log = { log(level: string, message: string, fields: Record<string, unknown>): unknown };

type Deps = { metrics: Metrics; logger: Log };

const mean = (values: readonly number[]): number =>
  values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;

function countReplicas({ metrics }: Deps, { observation, replicas, view }: Report): void {
  for (const state of states)
    metrics.replicas.set({ state }, replicas.filter((replica) => replica.state === state).length);
  metrics.use.set(mean(view.replicas.flatMap(({ ready, use }) => (ready && use !== null ? [use] : []))));
  const running = observation.replicas.filter(({ container }) => container.state === 'running');
  metrics.unknown.set({ reading: 'use' }, running.filter(({ use }) => use.kind === 'unknown').length);
  metrics.unknown.set({ reading: 'page' }, running.filter(({ page }) => page.kind === 'unknown').length);
  metrics.unknown.set({ reading: 'pressure' }, view.pressure.kind === 'unknown' ? 1 : 0);
  metrics.unknown.set({ reading: 'p95' }, view.p95.kind === 'unknown' ? 1 : 0);
}

function countDecision(
  { metrics }: Deps,
  { acting, at, decision, edge, edgeResult, pinned, rollout, took }: Report,
): void {
  metrics.desired.set(decision.desired);
  metrics.wanted.set(decision.wanted);
  metrics.effectiveMax.set(decision.effectiveMax);
  metrics.boundBy.reset();
  metrics.boundBy.set({ bound: decision.boundBy }, 1);
  metrics.saturated.set(decision.saturated ? 1 : 0);
  metrics.decisions.inc({ reason: decision.reason });
  metrics.edgeProven.set(edge.state === 'proven' ? 1 : 0);
  metrics.edgeRefused.set(edge.state === 'refused' ? 1 : 0);
  metrics.generation.set(edge.file?.generation ?? 0);
  if (edgeResult) metrics.edgeResults.inc({ result: edgeResult.kind });
  metrics.releaseActive.set(rollout === null ? 0 : 1);
  metrics.acting.set(acting ? 1 : 0);
  metrics.pinned.set(pinned ?? 0);
  metrics.lastTick.set(at / 1_000);
  metrics.tickDuration.observe(took / 1_000);
}

const subjectOf = ({ step }: Stepped) =>
  step.kind === 'create' ? { number: step.number } : { replica: step.replica.name };

/** What makes two steps the same news: while nginx has not read the file, a replica is admitted anew at each look. */
const newsOf = (stepped: Stepped): string =>
  JSON.stringify([stepped.step.kind, subjectOf(stepped), stepped.result.kind, String(stepped.error ?? '')]);

function tellStep({ logger, metrics }: Deps, stepped: Stepped, last: Report | undefined): void {
  const { error, result, step } = stepped;
  metrics.steps.inc({ step: step.kind, result: result.kind });
  if (result.cut) metrics.cut.inc(result.cut);
  if (result.kind === 'waiting' || last?.steps.some((before) => newsOf(before) === newsOf(stepped))) return;
  const why = step.kind === 'drain' ? { why: step.why } : {};
  const level = result.kind === 'failed' ? 'error' : 'info';
  const fields = { step: step.kind, result: result.kind, ...subjectOf(stepped), ...why, cut: result.cut, error };
  logger.log(level, 'step', fields);
}

function tellMoves({ logger, metrics }: Deps, { moves }: Report): void {
  for (const { expected, from, replica } of moves) {
    const { failure, name, release, state } = replica;
    logger.log(expected ? 'info' : 'warn', 'replica', { replica: name, release, from, to: state, failure });
  }
  for (const { failure } of failuresIn(moves)) metrics.failures.inc({ failure });
}

function tellRollout({ logger, metrics }: Deps, { news }: Report): void {
  if (news === undefined) return;
  const { by, cause, from, to } = news.rollout;
  const fields = { by, from: from.image, to: to.image, release: to.id, cause };
  if (news.kind === 'back') {
    metrics.rollbacks.inc({ cause: news.cause });
    logger.log('error', 'release goes back', fields);
    return;
  }
  metrics.releases.inc({ outcome: news.outcome });
  logger.log(news.outcome === 'done' ? 'info' : 'error', 'release over', { ...fields, outcome: news.outcome });
}

function tellDecision(
  { logger, metrics }: Deps,
  { acting, decision, plan, view }: Report,
  last: Report | undefined,
): void {
  const { desired, reason } = decision;
  const before = last?.decision;
  if (before && desired !== before.desired)
    metrics.changes.inc({ direction: desired > before.desired ? 'up' : 'down', reason });
  const isNews = before?.reason !== reason || before.desired !== desired;
  const { p95, pressure, replicas } = view;
  const would = acting ? {} : { would: plan.map(({ kind }) => kind) };
  logger.log(isNews ? 'info' : 'debug', 'decision', {
    ...decision,
    from: before?.desired,
    replicas,
    p95,
    pressure,
    ...would,
  });
}

function tellEdge({ logger }: Deps, { edge, edgeResult }: Report, last: Report | undefined): void {
  if (edgeResult === undefined || edgeResult.kind === 'current') return;
  if (edgeResult.kind !== 'reloaded' && last?.edgeResult?.kind === edgeResult.kind) return;
  const level = edgeResult.kind === 'reloaded' ? 'info' : 'error';
  logger.log(level, 'edge', { result: edgeResult.kind, live: edge.live, output: edgeResult.output });
}

/** Tells the log and the metrics what each tick saw, decided and did. What did not change is not logged again, but for decisions at debug. */
export function createPublish(deps: Deps) {
  let last: Report | undefined;
  let blindFor: string | undefined;
  return {
    report(report: Report): void {
      blindFor = undefined;
      countReplicas(deps, report);
      countDecision(deps, report);
      tellDecision(deps, report, last);
      tellMoves(deps, report);
      for (const stepped of report.steps) tellStep(deps, stepped, last);
      tellEdge(deps, report, last);
      tellRollout(deps, report);
      last = report;
    },
    /** A tick that could not decide from what it saw. */
    blind(reason: Reason, error?: Error): void {
      deps.metrics.decisions.inc({ reason });
      deps.metrics.acting.set(0);
      const why = `${reason} ${error?.message}`;
      if (why === blindFor) return;
      blindFor = why;
      deps.logger.log(reason === 'standby' ? 'warn' : 'error', 'decision', { reason, error });
    },
  };
}

export type Publish = ReturnType<typeof createPublish>;
