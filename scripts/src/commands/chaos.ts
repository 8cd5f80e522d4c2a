import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { chaosUsage, parseChaosOptions } from '../chaos/options.ts';
import { drawDrills, drawOnTerminal } from '../chaos/picture.ts';
import { planLines } from '../chaos/plan.ts';
import { type ChaosReport, type DrillReport, describeChaos } from '../chaos/report.ts';
import { describeMachine } from '../load/machine.ts';
import { untilInterrupted } from '../platform/interrupt.ts';
import { ScriptError } from '../platform/run.ts';
import type { Command, CommandContext } from './command.ts';
import { openChaos, readExpectations, undoOnly } from './open-chaos.ts';
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

async function runAll(context: CommandContext, options: ReturnType<typeof parseChaosOptions>): Promise<DrillReport[]> {
  const { root, run, print } = context;
  const expectations = await readExpectations(root);
  using interrupt = untilInterrupted();
  const { signal } = interrupt;
  await using stack = new AsyncDisposableStack();
  const chaos = await openChaos(context, options, stack);
  const reports: DrillReport[] = [];
  for (const drill of options.drills) {
    if (signal.aborted) break;
    const report = await perform({ chaos, run, rate: options.rate, expectations, signal, print }, drill);
    tell(context, report);
    reports.push(report);
  }
  return reports;
}

/** `chaos-test`: breaks the stack on purpose, puts it back, and says whether it went as promised. */
export const chaosTest: Command = async (context) => {
  const { root, run, argv, print } = context;
  if (argv.includes('--help')) {
    print(chaosUsage);
    return 0;
  }
  const options = parseChaosOptions(argv);
  const expectations = await readExpectations(root);
  if (options.undo) await undoOnly(context);
  if (options.drills.length === 0) return 0;
  for (const line of planLines(options.drills, expectations.of)) print(line);
  if (options.dryRun) return 0;
  const at = new Date().toISOString();
  const drills = await runAll(context, options);
  if (drills.length === 0) throw new ScriptError('no drill came to its end');
  const machine = await describeMachine(run, 'scripts/chaos-test.sh');
  const command = `scripts/chaos-test.sh ${argv.join(' ')}`;
  await write(context, { format: 1, command, at, machine, rate: options.rate, drills });
  return drills.length === options.drills.length && drills.every(({ problems }) => problems.length === 0) ? 0 : 1;
};
