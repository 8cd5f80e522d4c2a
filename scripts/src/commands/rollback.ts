import { parseArgs } from 'node:util';
import { parseDestination } from '../deploy/destination.ts';
import { nameWord } from '../deploy/request.ts';
import { ScriptError } from '../platform/run.ts';
import { rollBack } from '../stack/release.ts';
import { alone } from './alone.ts';
import type { Command, CommandContext } from './command.ts';
import { withHelp } from './help.ts';
import { goesOn, interruptible } from './interruptible.ts';
import { openStack } from './open-stack.ts';
import { whoAsks } from './who-asks.ts';
import { withServer } from './with-server.ts';

const usage = `usage: scripts/rollback
       scripts/rollback --host USER@HOST[:PORT] [--to NUMBER]

Goes back to the release before the one that serves: of the stack on this machine, or, with --host or DEPLOY_HOST, of a server,
and there to the release with a number that scripts/releases lists. Exit codes as of scripts/release and scripts/deploy.`;

function parse({ argv, env }: CommandContext) {
  const text = { type: 'string' } as const;
  try {
    const { values } = parseArgs({ args: [...argv], options: { host: text, to: text } });
    const host = values.host ?? env['DEPLOY_HOST'];
    if (values.to !== undefined && (!host || !/^[1-9]\d{0,5}$/.test(values.to)))
      throw new Error('--to takes a number, on a server');
    return { host, to: values.to };
  } catch (cause) {
    throw new ScriptError(`${(cause as Error).message}\n${usage}`, { cause });
  }
}

/** `rollback`: goes back to the release that served before, here or on a server. */
export const rollback: Command = withHelp(usage, async (context) => {
  const { host, to } = parse(context);
  const by = context.env['GITHUB_ACTOR'] ?? whoAsks(context);
  if (host) {
    const words = [...(to ? [to] : []), `BY=${nameWord(by)}`, `ASKED_AT=${Date.now()}`];
    const destination = parseDestination(host);
    return await interruptible(
      context,
      (here) => withServer(here, destination, async (ssh) => (await ssh.follow('rollback', ...words)).code),
      () => goesOn,
    );
  }
  return await alone(context, 'rollback', async () =>
    rollBack({ ...(await openStack(context)), print: context.print }, by),
  );
});
