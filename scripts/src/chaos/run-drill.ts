import { ScriptError } from '../platform/run.ts';
import type { Autoscaler } from '../stack/autoscaler.ts';
import { type Breaking, breakIt, cure, type Hit, isFelt } from './break.ts';
import type { Clock } from './clock.ts';
import type { Drill } from './drills.ts';
import type { Expectation } from './expectation.ts';
import type { Inbox } from './inbox.ts';
import { countAbout, mailAbout } from './mail.ts';
import { calmSince } from './recovery.ts';
import type { Stage } from './stage.ts';

type Deps = Breaking & {
  stage: Stage;
  /** Where mails and what chat is sent arrive, each where it is seen. */
  inbox: Inbox | undefined;
  chat: Inbox | undefined;
  /** Whether alerts are watched. */
  watched: boolean;
  /** Alerts that may fire in a steady state. */
  tolerated: readonly string[];
  autoscaler: Pick<Autoscaler, 'status'>;
  countReplicas: () => Promise<number | undefined>;
  clock: Clock;
  signal: AbortSignal;
};

/** When people were told that an alert fires, and that it is over, and in how many messages. */
type News = { firing: number | undefined; resolved: number | undefined; messages: number };

/** The times of a drill, in milliseconds since the epoch. */
export type Course = {
  felt: boolean;
  steady: number;
  injected: number;
  /** When its faults were there. */
  broken: number;
  cured: number;
  recovered: number | undefined;
  mails: News | undefined;
  chat: News | undefined;
};

const look = 250;
const steadySeconds = 10;
const steadyPatience = 60_000;
/** After what was promised we go on looking for so long, so that the report says how late it was. */
const grace = 30_000;

/** Looks until it is true, the time is over or the signal comes; whether it was. */
async function until(
  { clock, signal }: Deps,
  within: number,
  done: () => boolean | Promise<boolean>,
): Promise<boolean> {
  const end = clock.now() + within;
  for (;;) {
    if (await done()) return true;
    if (clock.now() >= end || signal.aborted) return false;
    await clock.rest(look, signal);
  }
}

const secondOf = ({ start }: Stage, at: number): number => Math.floor((at - start) / 1_000);

/** All is well: so many seconds without a failure, and no alert that says anything. */
async function proveSteady(deps: Deps): Promise<void> {
  const { clock, signal, stage, tolerated } = deps;
  stage.say('steady?');
  const from = secondOf(stage, clock.now()) + 1;
  const foreign = () => stage.alertLog.firing().filter((name) => !tolerated.includes(name));
  const steady = await until(deps, steadyPatience, () => {
    const now = secondOf(stage, clock.now());
    return (
      calmSince(stage.tally.seconds(), Math.max(from, now - steadySeconds), now, steadySeconds) !== undefined &&
      foreign().length === 0
    );
  });
  if (signal.aborted) throw new ScriptError('interrupted');
  if (steady) return;
  const alerts = foreign();
  throw new ScriptError(
    `not steady before the drill: ${alerts.length > 0 ? `${alerts.join(', ')} fires` : 'requests fail or are slow'}`,
  );
}

type Told = { mail: number | undefined; chat: number | undefined };
const nobody: Told = { mail: undefined, chat: undefined };

/** Waits until people have been told in every way that is seen. */
async function waitForNews(deps: Deps, alert: string, over: boolean, after: number, within: number): Promise<Told> {
  const told = (way: Inbox | undefined) => way && mailAbout(way.mails, alert, over, after);
  const ways = [deps.inbox, deps.chat].filter((way) => way !== undefined);
  if (ways.length > 0) await until(deps, within, () => ways.every((way) => told(way) !== undefined));
  return { mail: told(deps.inbox), chat: told(deps.chat) };
}

/** The fault lasts until it was felt, has lasted long enough, and whoever must know has been told. */
async function last(deps: Deps, { seconds }: Drill, expected: Expectation, hits: readonly Hit[], injected: number) {
  const { clock, feeling, stage, watched } = deps;
  const felt = await until(deps, 10_000, () => isFelt(feeling, hits));
  await until(deps, seconds * 1_000, () => clock.now() - injected >= seconds * 1_000);
  const { alert, notifyWithin } = expected;
  if (alert === null || !watched) return { felt, firing: nobody };
  const left = injected + notifyWithin * 1_000 + grace - clock.now();
  await until(deps, left, () => stage.alertLog.firing().includes(alert));
  const firing = await waitForNews(deps, alert, false, injected, injected + notifyWithin * 1_000 + grace - clock.now());
  return { felt, firing };
}

/** As many as before, or as the load asks for by now. */
async function hasEnough({ autoscaler, countReplicas }: Deps, before: number): Promise<boolean> {
  const now = (await countReplicas()) ?? 0;
  if (now >= before) return true;
  const desired = (await autoscaler.status())?.decision?.desired;
  return desired !== undefined && now >= desired;
}

async function recover(deps: Deps, replicas: number, cured: number, within: number): Promise<number | undefined> {
  const { clock, stage } = deps;
  const from = secondOf(stage, cured);
  const calm = () => calmSince(stage.tally.seconds(), from, secondOf(stage, clock.now()));
  const back = await until(deps, within, async () => calm() !== undefined && (await hasEnough(deps, replicas)));
  const second = calm();
  return back && second !== undefined ? Math.max(cured, stage.start + second * 1_000) : undefined;
}

/** One drill, from steady to steady. Whatever happens, what was broken is put back before this ends. */
export async function runDrill(deps: Deps, drill: Drill, expected: Expectation): Promise<Course> {
  const { clock, signal, stage, watched } = deps;
  await proveSteady(deps);
  const steady = clock.now();
  const replicas = (await deps.countReplicas()) ?? 0;
  stage.say('fault');
  let lasted: Awaited<ReturnType<typeof last>> = { felt: false, firing: nobody };
  const injected = clock.now();
  let broken = injected;
  try {
    const hits = await breakIt(deps, drill.faults);
    broken = clock.now();
    lasted = await last(deps, drill, expected, hits, injected);
  } finally {
    stage.say('cure');
    await cure(deps);
  }
  const cured = clock.now();
  const recovered = await recover(deps, replicas, cured, expected.recoverWithin * 1_000 + grace);
  stage.say('after');
  const { alert, resolvedWithin } = expected;
  const patience = resolvedWithin * 1_000 + grace;
  if (watched)
    await until(deps, patience, () => stage.alertLog.firing().every((name) => deps.tolerated.includes(name)));
  const resolved = alert === null ? nobody : await waitForNews(deps, alert, true, cured, patience);
  if (signal.aborted) throw new ScriptError('interrupted; everything is as before');
  const { felt, firing } = lasted;
  const news = (way: keyof Told, seen: Inbox | undefined): News | undefined =>
    seen && alert !== null
      ? { firing: firing[way], resolved: resolved[way], messages: countAbout(seen.mails, alert, injected) }
      : undefined;
  const told = { mails: news('mail', deps.inbox), chat: news('chat', deps.chat) };
  return { felt, steady, injected, broken, cured, recovered, ...told };
}
