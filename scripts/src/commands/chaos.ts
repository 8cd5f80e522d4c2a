import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { apartDrills, type Drill } from '../chaos/drills.ts';
import { chaosUsage, parseChaosOptions } from '../chaos/options.ts';
import { drawDrills, drawOnTerminal } from '../chaos/picture.ts';
import { planLines } from '../chaos/plan.ts';
import { type ChaosReport, type DrillReport, describeChaos } from '../chaos/report.ts';
import { describeMachine } from '../load/machine.ts';
import { untilInterrupted } from '../platform/interrupt.ts';
import { ScriptError } from '../platform/run.ts';
import type { Command, CommandContext } from './command.ts';
import { journalOf, openChaos, readExpectations, refuseElsewhere, undoFaults, undoOnly } from './open-chaos.ts';
import { openOwnStack } from './own-stack.ts';
import { perform } from './perform.ts';

async function write({ root, print }: CommandContext, report: ChaosReport): Promise<void> {
  const name = `chaos-${report.at.replace(/[:.]/g, '-')}`;
  const folder = join(root, 'results');
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, `${name}.json`), `${JSON.stringify(report, undefined, 1)}\n`);
  await writeFile(join(folder, `${name}.svg`), drawDrills(report.drills, 'drills'));
  await writeFile(join(folder, `${name}.md`), describeChaos(report, `${name}.svg`));
  print(join(folder, `${name}.md`));
}

function tell({ print }: CommandContext, report: DrillReport): void {
  for (const line of drawOnTerminal(report)) print(line);
  print(report.problems.length === 0 ? `${report.name}: passed` : `${report.name}: FAILED`);
  for (const problem of report.problems) print(`  - ${problem}`);
}

type Options = Pick<ReturnType<typeof parseChaosOptions>, 'engine'>;
type Playing = Omit<Parameters<typeof perform>[0], 'chaos'>;

/** Opens a stack when the first drill needs it, and performs on it; what is opened is closed with `held`. */
function createHouse(context: CommandContext, options: Options, held: AsyncDisposableStack) {
  let opened: ReturnType<typeof openChaos> | undefined;
  return async (playing: Playing, drill: Drill): Promise<DrillReport> => {
    opened ??= openChaos(context, { ...options, signal: playing.signal }, held);
    return await perform({ ...playing, chaos: await opened }, drill);
  };
}

/** On a stack that is made for one drill. */
async function performApart(context: CommandContext, options: Options, playing: Playing, drill: Drill) {
  await refuseElsewhere(context, options.engine);
  await undoFaults(context);
  await using held = new AsyncDisposableStack();
  const own = await openOwnStack(context, journalOf(context.root), held);
  return await createHouse(own, options, held)({ ...playing, run: own.run }, drill);
}

async function runAll(context: CommandContext, options: ReturnType<typeof parseChaosOptions>): Promise<DrillReport[]> {
  const { root, run, print } = context;
  const expectations = await readExpectations(root);
  using interrupt = untilInterrupted();
  const { signal } = interrupt;
  await using held = new AsyncDisposableStack();
  const here = createHouse(context, options, held);
  const playing: Playing = { run, rate: options.rate, expectations, signal, print };
  const reports: DrillReport[] = [];
  for (const drill of options.drills) {
    if (signal.aborted) break;
    const apart = apartDrills.includes(drill);
    const report = await (apart ? performApart(context, options, playing, drill) : here(playing, drill));
    tell(context, report);
    reports.push(report);
  }
  return reports;
}

/** `chaos-test`: breaks the stack on purpose, puts it back, and says whether it went as promised. */
export const chaosTest: Command = async (context) => {
  const { root, argv, print } = context;
  if (argv.includes('--help')) {
    print(chaosUsage);
    return 0;
  }
  const options = parseChaosOptions(argv);
  const expectations = await readExpectations(root);
  if (options.undo && !options.dryRun) await undoOnly(context);
  if (options.drills.length === 0) return 0;
  for (const line of planLines(options.drills, expectations.of)) print(line);
  if (options.dryRun) return 0;
  const at = new Date().toISOString();
  const drills = await runAll(context, options);
  if (drills.length === 0) throw new ScriptError('no drill came to its end');
  const machine = await describeMachine(context, 'scripts/chaos-test.sh');
  const command = `scripts/chaos-test.sh ${argv.join(' ')}`;
  await write(context, { format: 1, command, at, machine, rate: options.rate, drills });
  return drills.length === options.drills.length && drills.every(({ problems }) => problems.length === 0) ? 0 : 1;
};
