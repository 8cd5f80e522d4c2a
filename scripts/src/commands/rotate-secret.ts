import { ScriptError } from '../platform/run.ts';
import { parseRotatable, type Rotatable, rotations } from '../secrets/rotation.ts';
import { alone } from './alone.ts';
import type { Command, CommandContext } from './command.ts';
import { withHelp } from './help.ts';
import { openStack, type Stack } from './open-stack.ts';
import { renewPassphrase } from './renew-passphrase.ts';
import { renewGrafana, renewLogin, renewPersonal, renewStore, tellDatabase } from './renewals.ts';

const usage = `usage: scripts/rotate-secret NAME

Renews one secret without a failed request: whoever asks for it takes both values while replicas change to the new one.
Keys that the API has made stay as they are. Ended in the middle, it is finished by running it again. NAME is one of
  ${Object.keys(rotations).join('\n  ')}`;

type Renewal = (context: CommandContext, stack: Stack, name: Rotatable) => Promise<void>;

const renewals: Readonly<Record<(typeof rotations)[Rotatable], Renewal>> = {
  replicas: renewPersonal,
  grafana: renewGrafana,
  backups: renewPassphrase,
  cache: renewStore,
  queue: renewStore,
  'database logins': renewLogin,
  database: tellDatabase,
};

/** Those that a person has to know. */
const inEnv = new Set<Rotatable>(['API_KEY', 'CHAOS_TOKEN', 'GRAFANA_PASSWORD', 'BACKUP_PASSPHRASE']);

/** `rotate-secret`: a new value for one secret, without a failed request. */
export const rotateSecret: Command = withHelp(usage, async (context) => {
  const [asked = '', ...more] = context.argv;
  if (asked === '' || more.length > 0) throw new ScriptError(usage);
  const name = parseRotatable(asked);
  await alone(context, 'rotate-secret', async () => renewals[rotations[name]](context, await openStack(context), name));
  context.print(`${name} is renewed${inEnv.has(name) ? '; it stands in .env' : ''}`);
  return 0;
});
