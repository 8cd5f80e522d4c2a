import { spanOf } from '../chaos/break.ts';
import { wallClock } from '../chaos/clock.ts';
import type { Drill } from '../chaos/drills.ts';
import type { Expectation, Expectations } from '../chaos/expectation.ts';
import { fastFrom } from '../chaos/fast.ts';
import { createFeeling } from '../chaos/felt.ts';
import { createInjector } from '../chaos/inject.ts';
import { pacesOf } from '../chaos/pace.ts';
import type { DrillReport } from '../chaos/report.ts';
import { runDrill } from '../chaos/run-drill.ts';
import { openStage, type Stage } from '../chaos/stage.ts';
import { judge, type Measured, timesOf } from '../chaos/verdict.ts';
import type { Run } from '../platform/run.ts';
import type { OpenChaos } from './open-chaos.ts';

type Deps = {
  chaos: OpenChaos;
  run: Run;
  rate: number;
  expectations: Expectations & { of: (name: string) => Expectation };
  signal: AbortSignal;
  print: (line: string) => void;
};

/** Traffic on the links of the theatre, watched. */
export const raiseCurtain = ({ chaos, rate, print }: Pick<Deps, 'chaos' | 'rate' | 'print'>): Stage =>
  openStage({ ...chaos.theatre, ...chaos, rate, print });

/** Runs a drill with traffic of its own, counts its clicks and judges it. */
export async function perform(deps: Deps, drill: Drill): Promise<DrillReport> {
  const { chaos, run, signal, print, expectations } = deps;
  const expected = expectations.of(drill.name);
  print('');
  print(`── ${drill.name}: ${drill.title}`);
  const before = await chaos.theatre.clicks();
  const stage = raiseCurtain(deps);
  const injector = createInjector({ run, ...chaos, traffic: stage.traffic.times, signal });
  const tolerated = [...expectations.ignored, ...expectations.earlier];
  const feeling = createFeeling({ run, pace: stage.pace, replicas: chaos.replicas });
  let course: Awaited<ReturnType<typeof runDrill>>;
  try {
    const playing = { clock: wallClock, feeling, injector, stage, tolerated, signal, print };
    course = await runDrill({ ...chaos, ...chaos.theatre, ...playing }, drill, expected);
  } finally {
    await stage[Symbol.asyncDispose]();
  }
  print('counting clicks, link by link');
  const clicks = await chaos.theatre.check(stage.tally, before, [spanOf(course)]);
  const seconds = [...stage.tally.seconds()];
  const measured: Measured = {
    ...course,
    fast: fastFrom(stage.tally.seconds(), { ...course, start: stage.start }),
    sent: seconds.reduce((sum, [, { sent }]) => sum + sent, 0),
    failures: stage.tally.failures(),
    clicks,
    alerts: chaos.watched ? stage.alertLog.times() : undefined,
  };
  return {
    name: drill.name,
    title: drill.title,
    at: new Date(course.injected).toISOString(),
    alert: expected.alert,
    measured,
    times: timesOf(expected, measured),
    paces: pacesOf(stage.tally.seconds(), { ...course, start: stage.start }),
    problems: judge(expected, expectations, measured),
    start: stage.start,
    seconds,
    moments: [...stage.moments],
  };
}
