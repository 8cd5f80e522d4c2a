import { adopt, backUpAnew, leftToDo, repairSums } from '../backup/after.ts';
import { runBeside } from '../backup/beside.ts';
import { createKeeperContainer } from '../backup/container.ts';
import { beginMove, besideOf, endMove, type Move, type MoveDeps, move, resumeMove } from '../backup/move.ts';
import { parseWanted, targetUsage } from '../backup/target.ts';
import { apart, untilInterrupted } from '../platform/interrupt.ts';
import { must, ScriptError } from '../platform/run.ts';
import { createRoles } from '../roles/roles.ts';
import { asOnlyOne } from './alone.ts';
import type { Command, CommandContext } from './command.ts';
import { withHelp } from './help.ts';
import { openStack, type Stack } from './open-stack.ts';

const usage = `usage: scripts/restore [latest | LABEL | --to TIME] [--elsewhere] | --undo

  ${targetUsage}
  --undo               back to the database before the last restore

Restores beside the database that serves, and moves over when that is done and checked. Links are followed meanwhile;
for some seconds nothing can be written. Ctrl-C leaves everything as before, until Postgres moves: that is finished first.`;

type Here = {
  stack: Stack;
  deps: MoveDeps;
  /** The stack whose programs end with the signal: for what may be broken off. */
  ending: Stack;
  signal: AbortSignal;
};

async function open(context: CommandContext, signal: AbortSignal): Promise<Here> {
  const held = { ...context, run: apart(context.run) };
  const stack = await openStack(held);
  const { compose, secrets } = stack;
  const roles = createRoles({ ...held, compose, secrets });
  const ending = await openStack({ ...context, run: apart(context.run, signal) });
  return { stack, ending, signal, deps: { compose, secrets, roles, print: context.print } };
}

/** A new volume, with the labels by which Compose knows its own. */
async function makeVolume({ compose, values }: Stack, name: string): Promise<void> {
  const project = values['COMPOSE_PROJECT_NAME'] ?? '';
  const labels = [`com.docker.compose.project=${project}`, 'com.docker.compose.volume=postgres'];
  await must(compose.volume('create', ...labels.flatMap((label) => ['--label', label]), name), `making ${name}`);
}

/** What a restore has moved meanwhile stands in `.env` alone. */
async function volumesOf({ secrets, values }: Stack) {
  const { POSTGRES_VOLUME, POSTGRES_VOLUME_BEFORE: before = '' } = await secrets.environment();
  const first = `${values['COMPOSE_PROJECT_NAME']}_postgres`;
  return { first, present: POSTGRES_VOLUME || first, before };
}

/** What has been written until now, into the repository; a Postgres that is beyond that does not keep us. */
const archiveTheLast = ({ compose }: Stack) =>
  compose.run(['exec', '-T', 'postgres', 'psql', '-XAtqU', 'shortstack', '-c', 'select pg_switch_wal()']);

/** Everything that may take long comes before Postgres moves; what fails there, or is interrupted, leaves nothing. */
async function fill({ stack, deps, signal }: Here, { to }: Move, argv: readonly string[]): Promise<void> {
  const { target, elsewhere } = parseWanted(argv);
  try {
    if (target.kind === 'latest' && !elsewhere) await archiveTheLast(stack);
    await makeVolume(stack, to);
    const work = { ...deps, name: besideOf(to), words: ['restore', ...argv], env: { RESTORE_VOLUME: to }, signal };
    if (await runBeside(work)) return;
  } catch (error) {
    await endMove(deps);
    throw error;
  }
  await endMove(deps);
  const reason = signal.aborted ? '' : '; why stands above';
  throw new ScriptError(`nothing was restored, the database serves what it served before${reason}`);
}

/** Backups of what serves now, and its sums where they are asked for. They take long, while everything serves. */
async function follow({ stack, ending, deps, signal }: Here, { adopts, sums }: { adopts: boolean; sums: boolean }) {
  const after = { ...deps, compose: ending.compose, keeper: createKeeperContainer(ending) };
  const backUp = async () => {
    // Whatever is interrupted: this takes seconds, and without it nothing that is written from now on is archived.
    if (adopts) await adopt({ keeper: createKeeperContainer(stack) });
    signal.throwIfAborted();
    await backUpAnew(after);
  };
  try {
    await backUp().finally(() => (sums && !signal.aborted ? repairSums(after) : undefined));
  } catch (error) {
    if (!signal.aborted) throw error;
    throw new ScriptError(`Postgres has moved and serves; what is left to do: ${leftToDo}`, { cause: error });
  }
}

async function restoreAnew(here: Here, argv: readonly string[]): Promise<void> {
  const { elsewhere } = parseWanted(argv);
  const { deps, stack } = here;
  const broken = await resumeMove(deps);
  const { first, present, before } = await volumesOf(stack);
  const wanted = { to: `${first}_${Date.now()}`, from: present, older: before };
  await beginMove(deps, wanted);
  await fill(here, wanted, argv);
  await move(deps, wanted);
  deps.print(`restored. scripts/restore --undo goes back; the database before is the volume ${wanted.from}`);
  await follow(here, { adopts: elsewhere || broken?.moved === true, sums: true });
}

/** Has the database before begin a new timeline. It is not interrupted: what began has to be whole again. */
async function makeReady({ deps }: Here, volume: string): Promise<void> {
  const work = { ...deps, name: besideOf(volume), words: ['return'], env: { RESTORE_VOLUME: volume } };
  if (await runBeside({ ...work, signal: new AbortController().signal })) return;
  await endMove(deps);
  throw new ScriptError('the database before cannot serve again; why stands above. Nothing has changed');
}

/** Goes back to the volume before the last restore. What was written since the restore is left behind. */
async function goBack(here: Here): Promise<void> {
  const { deps, stack } = here;
  const broken = await resumeMove(deps);
  if (broken && !broken.undo && !broken.moved)
    throw new ScriptError(
      'there is nothing to undo of it. Once more, this goes back to before the restore before that',
    );
  if (!(broken?.undo && broken.moved)) {
    const { present, before } = await volumesOf(stack);
    if (!before) throw new ScriptError('there is no restore to undo');
    const wanted = { to: before, from: present, older: before };
    await beginMove(deps, wanted);
    await makeReady(here, before);
    await move(deps, wanted);
  }
  deps.print('the database before the restore serves again');
  await follow(here, { adopts: true, sums: false });
}

/** What a shell says of a program that Ctrl-C has ended. */
const interrupted = 130;

async function restoreNow(context: CommandContext): Promise<number> {
  using interrupt = untilInterrupted();
  const { signal } = interrupt;
  const here = await open(context, signal);
  try {
    await (context.argv[0] === '--undo' ? goBack(here) : restoreAnew(here, context.argv));
    return 0;
  } catch (error) {
    if (!signal.aborted) throw error;
    context.print(`interrupted: ${(error as Error).message}`);
    return interrupted;
  }
}

/** `restore`: an earlier state of the database takes the place of the present one, which is kept for `--undo`. */
export const restore: Command = withHelp(usage, asOnlyOne('restore', restoreNow));
