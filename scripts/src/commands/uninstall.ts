import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { must, ScriptError } from '../platform/run.ts';
import type { Command } from './command.ts';
import { down } from './down.ts';
import { withHelp } from './help.ts';
import { openStack } from './open-stack.ts';

const usage = `usage: scripts/uninstall --project NAME [--keep-backups]

Removes everything of the stack from this machine: containers, networks, data, backups, images that nobody
else uses, secrets and .env. NAME is COMPOSE_PROJECT_NAME, so that nobody does this by accident.`;

function parse(argv: readonly string[]) {
  const options = { project: { type: 'string' }, 'keep-backups': { type: 'boolean', default: false } } as const;
  try {
    return parseArgs({ args: [...argv], options }).values;
  } catch (cause) {
    throw new ScriptError(usage, { cause });
  }
}

/** `uninstall`: leaves nothing of the stack behind but this folder, and the backups when asked. */
export const uninstall: Command = withHelp(usage, async (context) => {
  const { project, 'keep-backups': keep } = parse(context.argv);
  const { root, run, print } = context;
  const { values, compose, secrets } = await openStack(context);
  if (project !== values['COMPOSE_PROJECT_NAME']) throw new ScriptError(usage);
  const { BACKUP_PASSPHRASE, BACKUP_PASSPHRASE_BEFORE } = await secrets.environment();
  const images = [...new Set((await compose.list()).map(({ imageId }) => imageId))];
  await down({ ...context, argv: [] });
  const kept = `${project}_backups`;
  const gone = (await compose.volumes()).filter((name) => !(keep && name === kept));
  if (gone.length > 0) await must(compose.volume('rm', '--force', ...gone), 'removing volumes');
  // One that another stack uses stays.
  for (const image of images) await run('docker', ['image', 'rm', image]);
  for (const name of ['.secrets', '.env']) await rm(join(root, name), { recursive: true, force: true });
  print(`nothing of ${project} is left${keep ? ` but the volume ${kept}` : ''}`);
  const older = BACKUP_PASSPHRASE_BEFORE ? `, older ones with ${BACKUP_PASSPHRASE_BEFORE}` : '';
  if (keep) print(`the backups are encrypted with ${BACKUP_PASSPHRASE}${older}: this is the last place that says so`);
  return 0;
});
