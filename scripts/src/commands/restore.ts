import { createKeeperContainer } from '../backup/container.ts';
import { backUpAnew, repairSums, swapVolume, undoSwap } from '../backup/swap.ts';
import { parseWanted, targetUsage } from '../backup/target.ts';
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
for some seconds nothing can be written.`;

/** A new volume, with the labels by which Compose knows its own. */
async function makeVolume({ compose, values }: Stack, name: string): Promise<void> {
  const project = values['COMPOSE_PROJECT_NAME'] ?? '';
  const labels = [`com.docker.compose.project=${project}`, 'com.docker.compose.volume=postgres'];
  await must(compose.volume('create', ...labels.flatMap((label) => ['--label', label]), name), `making ${name}`);
}

/** What has been written until now, into the repository; a Postgres that is beyond that does not keep us. */
const archiveTheLast = ({ compose }: Stack) =>
  compose.run(['exec', '-T', 'postgres', 'psql', '-XAtqU', 'shortstack', '-c', 'select pg_switch_wal()']);

async function restoreNow(context: CommandContext): Promise<number> {
  const { argv, print } = context;
  const stack = await openStack(context);
  const { compose, secrets, values } = stack;
  const roles = createRoles({ ...context, compose, secrets });
  const deps = { compose, secrets, print, roles, keeper: createKeeperContainer({ compose }) };
  if (argv[0] === '--undo') {
    await undoSwap(deps);
    return 0;
  }
  const { target, elsewhere } = parseWanted(argv);
  const present = values['POSTGRES_VOLUME'] || `${values['COMPOSE_PROJECT_NAME']}_postgres`;
  const next = `${values['COMPOSE_PROJECT_NAME']}_postgres_${Date.now()}`;
  if (target.kind === 'latest' && !elsewhere) await archiveTheLast(stack);
  await makeVolume(stack, next);
  const args = ['run', '--rm', '--no-deps', '-T', 'restore', 'restore', ...argv];
  const { code } = await compose.run(args, { RESTORE_VOLUME: next }, true);
  if (code !== 0) {
    await compose.volume('rm', '--force', next);
    throw new ScriptError('nothing was restored, the database serves what it served before; why stands above');
  }
  await swapVolume(deps, next, present);
  if (values['POSTGRES_VOLUME_BEFORE']) await compose.volume('rm', '--force', values['POSTGRES_VOLUME_BEFORE']);
  print(`restored. scripts/restore --undo goes back; the database before is the volume ${present}`);
  try {
    await backUpAnew(deps, { adopt: elsewhere });
  } finally {
    await repairSums(deps);
  }
  return 0;
}

/** `restore`: an earlier state of the database takes the place of the present one, which is kept for `--undo`. */
export const restore: Command = withHelp(usage, asOnlyOne('restore', restoreNow));
