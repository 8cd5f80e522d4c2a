import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createReleaseLog } from '../deploy/release-log.ts';
import { readTools } from '../deploy/tools.ts';
import { must, ScriptError } from '../platform/run.ts';
import { removeLock } from '../stack/lock.ts';
import { asOnlyOne } from './alone.ts';
import type { Command, CommandContext } from './command.ts';
import { downNow } from './down.ts';
import { withHelp } from './help.ts';
import { openStack } from './open-stack.ts';

const usage = `usage: scripts/uninstall --project NAME [--keep-backups]

Removes everything of the stack from this machine: containers, networks, data, backups, images that nobody
else uses, secrets and .env, and on a server what deployments keep. NAME is COMPOSE_PROJECT_NAME, so that
nobody does this by accident.`;

function parse(argv: readonly string[]) {
  const options = { project: { type: 'string' }, 'keep-backups': { type: 'boolean', default: false } } as const;
  try {
    return parseArgs({ args: [...argv], options }).values;
  } catch (cause) {
    throw new ScriptError(usage, { cause });
  }
}

/** Images that deployments have brought and no container may have: releases that could be gone back to, and tools. */
async function deployedImages(state: string): Promise<string[]> {
  const log = await createReleaseLog({ folder: state }).read();
  return [...log.flatMap(({ images }) => Object.values(images)), await readTools(state)].filter((name) => name !== '');
}

/** Removes images; answers those that stay: another stack uses one, and this may run in one. */
async function removeImages({ run }: Pick<CommandContext, 'run'>, images: Iterable<string>): Promise<string[]> {
  const left: string[] = [];
  for (const image of new Set(images)) {
    const { code, stderr } = await run('docker', ['image', 'rm', image]);
    if (code !== 0 && !/no such image/i.test(stderr)) left.push(image);
  }
  return left;
}

async function uninstallNow(context: CommandContext): Promise<number> {
  const { project, 'keep-backups': keep } = parse(context.argv);
  const { root, run, print } = context;
  const { values, compose, secrets } = await openStack(context);
  if (project !== values['COMPOSE_PROJECT_NAME']) throw new ScriptError(usage);
  const { BACKUP_PASSPHRASE, BACKUP_PASSPHRASE_BEFORE } = await secrets.environment();
  const state = join(root, '.deploy');
  // By their names first: one that has several goes with the last.
  const images = [...(await deployedImages(state)), ...(await compose.list()).map(({ imageId }) => imageId)];
  await downNow({ ...context, argv: [] });
  const kept = `${project}_backups`;
  const gone = (await compose.volumes()).filter((name) => !(keep && name === kept));
  if (gone.length > 0) await must(compose.volume('rm', '--force', ...gone), 'removing volumes');
  const used = await removeImages({ run }, images);
  // Deployments keep a copy of the settings.
  for (const name of ['.deploy', '.secrets', '.env']) await rm(join(root, name), { recursive: true, force: true });
  print(`nothing of ${project} is left${keep ? ` but the volume ${kept}` : ''}`);
  if (used.length > 0) print(`images that are still used, by another stack or by this verb: ${used.join(' ')}`);
  const older = BACKUP_PASSPHRASE_BEFORE ? `, older ones with ${BACKUP_PASSPHRASE_BEFORE}` : '';
  if (keep) print(`the backups are encrypted with ${BACKUP_PASSPHRASE}${older}: this is the last place that says so`);
  return 0;
}

/** `uninstall`: leaves nothing of the stack behind but this folder, and the backups when asked. */
export const uninstall: Command = withHelp(usage, async (context) => {
  const code = await asOnlyOne('uninstall', uninstallNow)(context);
  await removeLock(context.root);
  return code;
});
