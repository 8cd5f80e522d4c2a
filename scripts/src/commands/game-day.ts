import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { spanOf } from '../chaos/break.ts';
import { type DayReport, describeDay } from '../chaos/day-report.ts';
import { type Day, judgeDay } from '../chaos/day-verdict.ts';
import { createFeeling } from '../chaos/felt.ts';
import { runDay } from '../chaos/game-day.ts';
import { createInjector } from '../chaos/inject.ts';
import { type GameDayOptions, gameDayUsage, parseGameDayOptions } from '../chaos/options.ts';
import { drawDay } from '../chaos/picture.ts';
import { type Planned, scheduleLines, scheduleOf } from '../chaos/schedule.ts';
import type { Stage } from '../chaos/stage.ts';
import { describeMachine } from '../load/machine.ts';
import { untilInterrupted } from '../platform/interrupt.ts';
import { ScriptError } from '../platform/run.ts';
import type { Command, CommandContext } from './command.ts';
import { openChaos, readExpectations } from './open-chaos.ts';
import { raiseCurtain } from './perform.ts';

type Played = { day: Day; stage: Pick<Stage, 'start' | 'tally' | 'moments'> };

async function play(context: CommandContext, options: GameDayOptions, planned: readonly Planned[]): Promise<Played> {
  const { root, run, print } = context;
  const expectations = await readExpectations(root);
  using interrupt = untilInterrupted();
  const { signal } = interrupt;
  await using stack = new AsyncDisposableStack();
  const chaos = await openChaos(context, { ...options, signal }, stack);
  const before = await chaos.theatre.clicks();
  const stage = raiseCurtain({ chaos, rate: options.rate, print });
  const injector = createInjector({ run, ...chaos, traffic: stage.traffic.times, signal });
  const feeling = createFeeling({ run, pace: stage.pace, replicas: chaos.replicas });
  const { of, ignored, earlier } = expectations;
  let happened: Day['happened'];
  try {
    happened = await runDay({ ...chaos, feeling, injector, stage, of, signal, print }, planned, options.seconds);
  } finally {
    await stage[Symbol.asyncDispose]();
  }
  if (signal.aborted) throw new ScriptError('interrupted; everything is as before');
  const clicks = await chaos.theatre.check(stage.tally, before, happened.map(spanOf));
  const alerts = chaos.watched ? stage.alertLog.times() : undefined;
  const mails = chaos.inbox?.mails;
  return { day: { happened, failures: stage.tally.failures(), clicks, alerts, mails, ignored, earlier }, stage };
}

async function write({ root, print }: CommandContext, report: DayReport, stage: Played['stage']): Promise<void> {
  const name = `game-day-${report.at.replace(/[:.]/g, '-')}`;
  const folder = join(root, 'results');
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, `${name}.json`), `${JSON.stringify(report, undefined, 1)}\n`);
  await writeFile(join(folder, `${name}.svg`), drawDay(stage, report.day.happened));
  const text = describeDay(report, `${name}.svg`);
  await writeFile(join(folder, `${name}.md`), text);
  print(text);
  print(join(folder, `${name}.md`));
}

/** `game-day`: random faults for so many minutes, and one verdict. */
export const gameDay: Command = async (context) => {
  const { argv, print } = context;
  if (argv.includes('--help')) {
    print(gameDayUsage);
    return 0;
  }
  const options = parseGameDayOptions(argv);
  const seed = options.seed ?? Math.floor(Math.random() * 1e9);
  const planned = scheduleOf(seed, options.seconds);
  print(`seed ${seed}: ${planned.length} faults in ${options.seconds / 60} minutes`);
  for (const line of scheduleLines(planned)) print(line);
  if (options.dryRun) return 0;
  const at = new Date().toISOString();
  const { day, stage } = await play(context, options, planned);
  const verdict = judgeDay(day);
  const sent = [...stage.tally.seconds().values()].reduce((sum, second) => sum + second.sent, 0);
  const machine = await describeMachine(context, 'scripts/game-day');
  const command = `scripts/game-day ${argv.join(' ')}`;
  const { seconds, rate } = options;
  await write(
    context,
    { format: 1, command, at, machine, seed, seconds, rate, sent, start: stage.start, day, verdict },
    stage,
  );
  return verdict.good ? 0 : 1;
};
