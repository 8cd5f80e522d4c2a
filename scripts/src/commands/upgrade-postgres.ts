import { parseArgs } from 'node:util';
import { createKeeperContainer } from '../backup/container.ts';
import { apart, untilInterrupted } from '../platform/interrupt.ts';
import { must, ScriptError } from '../platform/run.ts';
import { createRoles } from '../roles/roles.ts';
import { buildImage } from '../stack/image.ts';
import { copyOver, type Place, restartWith, resumeUpgrade, undoUpgrade } from '../upgrade/upgrade.ts';
import { majorOf, planUpgrade } from '../upgrade/versions.ts';
import { asOnlyOne } from './alone.ts';
import type { Command, CommandContext } from './command.ts';
import { withHelp } from './help.ts';
import { openStack, type Stack } from './open-stack.ts';

const usage = `usage: scripts/upgrade-postgres IMAGE | --undo

Brings Postgres to another version, as postgres:18.1. A minor one restarts it, for some seconds. A major one is copied into
a new volume and every table compared, while links are followed and nothing can be written. The volume before stays until
you remove it; --undo goes back to it, without what was written since.`;

function parse(argv: readonly string[]): { image: string; undo: boolean } {
  try {
    const { values, positionals } = parseArgs({
      args: [...argv],
      options: { undo: { type: 'boolean', default: false } },
      allowPositionals: true,
    });
    const [image = '', ...more] = positionals;
    if (more.length > 0 || (image === '') !== values.undo) throw new Error('an image, or --undo');
    return { image, undo: values.undo };
  } catch (cause) {
    throw new ScriptError(usage, { cause });
  }
}

/** A name that stays with the image of a service when another one is built. */
async function pinned({ run }: CommandContext, { compose }: Stack, service: string, target: string): Promise<string> {
  const id = (await compose.list()).find((container) => container.service === service)?.imageId;
  if (id === undefined) throw new ScriptError(`${service} is not there: scripts/up`);
  const name = `shortstack/${target}:${id.replace('sha256:', '').slice(0, 12)}`;
  await must(run('docker', ['tag', id, name]), `naming ${name}`);
  return name;
}

async function placeNow(context: CommandContext, stack: Stack): Promise<Place> {
  const { POSTGRES_IMAGE = '', POSTGRES_VOLUME, COMPOSE_PROJECT_NAME } = stack.values;
  return {
    DATABASE_IMAGE: await pinned(context, stack, 'postgres', 'database'),
    BACKUP_IMAGE: await pinned(context, stack, 'backup', 'backup'),
    POSTGRES_IMAGE,
    POSTGRES_VOLUME: POSTGRES_VOLUME || `${COMPOSE_PROJECT_NAME}_postgres`,
  };
}

async function build({ run, print }: CommandContext, { values }: Stack, image: string) {
  const settings = { ...values, POSTGRES_IMAGE: image };
  print(`building what runs ${image}`);
  const database = await buildImage({ run }, 'database', settings);
  const backup = await buildImage({ run }, 'backup', settings);
  return { DATABASE_IMAGE: database.image, BACKUP_IMAGE: backup.image, POSTGRES_IMAGE: image };
}

async function makeVolume({ compose, values }: Stack, name: string): Promise<void> {
  const labels = [`com.docker.compose.project=${values['COMPOSE_PROJECT_NAME']}`, 'com.docker.compose.volume=postgres'];
  await must(compose.volume('create', ...labels.flatMap((label) => ['--label', label]), name), `making ${name}`);
}

type Here = {
  /** What is finished before Ctrl-C ends the verb, and what Ctrl-C ends. */
  held: { context: CommandContext; stack: Stack };
  ending: { context: CommandContext; stack: Stack };
  deps: Parameters<typeof copyOver>[0];
};

async function open(context: CommandContext, signal: AbortSignal): Promise<Here> {
  const at = async (run: CommandContext['run']) => {
    const own = { ...context, run };
    return { context: own, stack: await openStack(own) };
  };
  const [held, ending] = [await at(apart(context.run)), await at(apart(context.run, signal))];
  const { compose, secrets } = held.stack;
  const roles = createRoles({ ...held.context, compose, secrets });
  const keepers = { keeper: createKeeperContainer(held.stack), ending: createKeeperContainer(ending.stack) };
  return { held, ending, deps: { compose, secrets, roles, print: context.print, signal, ...keepers } };
}

async function undoNow({ held, deps }: Here): Promise<void> {
  await resumeUpgrade(deps, true);
  await undoUpgrade(deps, await placeNow(held.context, held.stack));
  deps.print('the Postgres before the upgrade serves again');
}

async function upgradeTo(image: string, { held, ending, deps }: Here): Promise<void> {
  const { stack } = held;
  const { values } = stack;
  const broken = await resumeUpgrade(deps, false);
  if (broken?.moved && values['POSTGRES_IMAGE'] === image)
    return deps.print('the upgrade that was broken off is finished');
  const from = await placeNow(held.context, stack);
  const images = await build(ending.context, stack, image);
  const { run } = ending.context;
  const [before, after] = [await majorOf(run, from.DATABASE_IMAGE), await majorOf(run, images.DATABASE_IMAGE)];
  // Empty stays empty: what is built here next is taken then.
  const kept = (name: 'DATABASE_IMAGE' | 'BACKUP_IMAGE') => (values[name] ? images[name] : '');
  const fresh = { ...images, DATABASE_IMAGE: kept('DATABASE_IMAGE'), BACKUP_IMAGE: kept('BACKUP_IMAGE') };
  const to = { ...fresh, POSTGRES_VOLUME: from.POSTGRES_VOLUME };
  if (planUpgrade(before, after) === 'restart') await restartWith(deps, to, from);
  else {
    const next = `${values['COMPOSE_PROJECT_NAME']}_postgres_${after}_${Date.now()}`;
    await copyOver(deps, { ...to, POSTGRES_VOLUME: next }, from, () => makeVolume(stack, next));
  }
  deps.print(
    `Postgres ${after} serves. scripts/upgrade-postgres --undo goes back; the volume before is ${from.POSTGRES_VOLUME}`,
  );
}

async function upgradeNow(context: CommandContext): Promise<number> {
  const { image, undo } = parse(context.argv);
  using interrupt = untilInterrupted();
  const here = await open(context, interrupt.signal);
  await (undo ? undoNow(here) : upgradeTo(image, here));
  return 0;
}

/** `upgrade-postgres`: another version of Postgres serves the same data, or the one before does again. */
export const upgradePostgres: Command = withHelp(usage, asOnlyOne('upgrade-postgres', upgradeNow));
