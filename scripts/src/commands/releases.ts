import { parseArgs } from 'node:util';
import { type Destination, parseDestination } from '../deploy/destination.ts';
import { type LoggedRelease, parseReleases } from '../deploy/release-log.ts';
import { ScriptError } from '../platform/run.ts';
import type { Command, CommandContext } from './command.ts';
import { withHelp } from './help.ts';
import { interruptible } from './interruptible.ts';
import { withServer } from './with-server.ts';

const usage = `usage: scripts/releases [--host USER@HOST[:PORT]]

Lists the deployments of a server (--host, or DEPLOY_HOST): number, time, commit, outcome, how long, who, and why.`;

const row = ({ number, at, commit, by, seconds, outcome, note }: LoggedRelease): string =>
  `${String(number).padStart(4)}  ${at.slice(0, 19)}Z  ${commit.slice(0, 12)}  ${outcome.padEnd(6)}  ${seconds} s  ${by}  ${note}`;

function hostOf({ argv, env }: CommandContext): Destination {
  try {
    const { values } = parseArgs({ args: [...argv], options: { host: { type: 'string' } } });
    return parseDestination(values.host ?? env['DEPLOY_HOST']);
  } catch (cause) {
    throw new ScriptError(`${(cause as Error).message}\n${usage}`, { cause });
  }
}

/** `releases`: what was deployed to a server, oldest first. */
export const releases: Command = withHelp(usage, async (context) => {
  const host = hostOf(context);
  return await interruptible(
    context,
    async (here) => {
      const log = await withServer(here, host, (ssh) => ssh.ask('releases'));
      for (const release of parseReleases(log)) here.print(row(release));
      return 0;
    },
    () => 'nothing was changed',
  );
});
