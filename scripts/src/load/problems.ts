import type { Shape } from '../../../k6/lib/phase.ts';
import type { LoadResult } from './result.ts';
import { isUnsent } from './summary.ts';

type Found = Pick<
  LoadResult,
  'clicks' | 'created' | 'failures' | 'phases' | 'knee' | 'replicas' | 'backlog' | 'scenario'
>;

const told = (broken: boolean, words: string): string[] => (broken ? [words] : []);

const exceeds = (found: number, answered: number, unknown: number): boolean =>
  found < answered || found > answered + unknown;

/** Clicks and links that are not what was answered. */
function wrongCounts({ clicks, created, failures }: Found): string[] {
  const { cutOff, doubled, missing } = clicks;
  const unknown = failures.noAnswer + failures.broken;
  return [
    ...told(missing > cutOff, `${missing} clicks of answered redirects are not recorded`),
    ...told(cutOff > 0, `${cutOff} redirects were cut off: their clicks cannot be told`),
    ...told(doubled > 0, `${doubled} clicks are recorded that nobody made`),
    ...told(
      exceeds(created.found, created.answered, unknown),
      `${created.answered} links were created and answered, ${created.found} are there`,
    ),
  ];
}

/** Answers that are wrong however great the load is, and of which no share is good enough. */
function wrongAnswers({ failures }: Found): string[] {
  const { shed, shedP95, shedTold, unexpected } = failures;
  return [
    ...told(unexpected > 0, `${unexpected} answers were wrong: another status, or a redirect to another place`),
    ...told(shed > 0 && shedTold < 1, `${((1 - shedTold) * 100).toFixed(1)} % of the refusals had no Retry-After`),
    ...told(
      shed > 0 && shedP95 > longestRefusal,
      `refusals took ${shedP95.toFixed(0)} ms (p95), over ${longestRefusal}`,
    ),
  ];
}

/** Fewer refusals than this are chance. */
const manyRefused = 100;
const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;

/** A service that has too much to do leaves creates and lists undone first, and redirects last. */
function refusedFirst({ failures: { shed, shedRedirects }, phases }: Found): string[] {
  const redirects = phases.reduce((sum, { started }) => sum + started, 0);
  const others = phases.reduce((sum, { apiAsked }) => sum + apiAsked, 0);
  const ofRedirects = shedRedirects / Math.max(1, redirects);
  const ofOthers = (shed - shedRedirects) / Math.max(1, others);
  return told(
    shed >= manyRefused && others > 0 && ofRedirects > ofOthers,
    `redirects were refused before the rest: ${percent(ofRedirects)} of them, ${percent(ofOthers)} of all else`,
  );
}

/** Phases that are judged by less than they asked for. */
const unsent = ({ phases }: Found): string[] =>
  phases
    .filter(({ phase }) => phase.judged)
    .flatMap((each) => [
      ...told(each.requests === 0, `${each.phase.name}: nothing was sent`),
      ...told(isUnsent(each), `${each.phase.name}: ${each.dropped} could not be sent in time`),
    ]);

/**
 * Longest that a refusal may take as k6 sees it, 95th percentile in milliseconds: one that takes long spares nobody anything.
 * The goal of 50 is the service's own time; k6 waits for a processor as well.
 */
const longestRefusal = 1_000;
/** Replicas that did not come and go. */
function unscaled(replicas: Found['replicas']): string[] {
  if (replicas === undefined) return ['nobody saw how many replicas there were'];
  const { first, last, most } = replicas;
  if (most <= first)
    return [`no replica came beside the first ${first}: give a larger --rate, or the autoscaler does not act`];
  return told(last >= most, `of ${most} replicas none had gone when the load was over`);
}

/** What grows in half an hour and is not emptied is full one day. */
function grown({ backlog, scenario }: Found): string[] {
  if (scenario !== 'soak' || !backlog?.onlyGrew) return [];
  return [`the backlog of clicks only grew, from ${backlog.first} batches to ${backlog.last}`];
}

/** What a scenario was to show and has not shown. */
function unshown({ failures, knee, replicas }: Found, shape: Shape['kind']): string[] {
  const lost = failures.noAnswer + failures.broken;
  return [
    ...told(
      shape === 'climb' && knee?.perSecond === undefined,
      'no step of the climb held: begin with a smaller --rate',
    ),
    // The last step that ran is then no knee, but as far as anybody looked.
    ...told(
      shape === 'climb' && knee?.perSecond !== undefined && knee.broke === undefined,
      'no step of the climb broke, so that it has not found the knee: begin with a larger --rate',
    ),
    // Too much may be refused. It may not bring anything down.
    ...told(shape === 'spike' && lost > 0, `${lost} requests of a spike were neither served nor refused`),
    ...(shape === 'stairs' ? unscaled(replicas) : []),
  ];
}

/** Why a run is no success: objectives that broke, counts and answers that are wrong, what it was to show and did not. */
export const problemsOf = (found: Found, shape: Shape['kind'], thresholds: readonly string[]): string[] => [
  ...thresholds,
  ...unsent(found),
  ...wrongAnswers(found),
  ...refusedFirst(found),
  ...wrongCounts(found),
  ...unshown(found, shape),
  ...grown(found),
];
