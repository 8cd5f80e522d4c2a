import { findMissingBackups } from '../doctor/backups.ts';
import {
  findBrokenReplicas,
  findBrokenServices,
  findForgottenRelease,
  findInside,
  findUntold,
} from '../doctor/diagnose.ts';
import { lookInside, readBackups } from '../doctor/look-inside.ts';
import { findUnfinished, readUnfinished } from '../doctor/unfinished.ts';
import { readMachine } from '../machine/machine.ts';
import { findMissing } from '../machine/requirements.ts';
import type { Command } from './command.ts';
import { withHelp } from './help.ts';
import { openStack } from './open-stack.ts';
import { startedByCompose } from './services.ts';

const usage = `usage: scripts/doctor

Goes through what can be wrong and says what to do. Exit code 1 when something is wrong.`;

/** `doctor`: goes through what can be wrong; each finding comes with its remedy. Exit code 1 when something is. */
export const doctor: Command = withHelp(usage, async (context) => {
  const { run, root, print } = context;
  const { autoscaler, compose, secrets, values } = await openStack(context);
  const machine = findMissing(await readMachine({ run, root }, [], ''));
  const engineDown = machine.some(({ what }) => what.startsWith('Docker'));
  const status = engineDown ? undefined : await autoscaler.status();
  const containers = engineDown ? [] : await compose.list();
  const backups = engineDown ? undefined : await readBackups({ compose });
  const findings = engineDown
    ? machine
    : [
        ...machine,
        ...findBrokenServices(containers, await startedByCompose(compose)),
        ...findBrokenReplicas(status),
        ...findUnfinished(await readUnfinished({ run, root })),
        ...findForgottenRelease(status, values['APP_IMAGE']),
        ...findUntold(containers, await secrets.environment()),
        ...(backups ? findMissingBackups(backups, Number(values['BACKUP_HOURS']), Date.now() / 1_000) : []),
        ...findInside(await lookInside({ run, compose, root, httpPort: values['HTTP_PORT'] ?? '' })),
      ];
  for (const { kind, what, remedy } of findings) print(`${kind}: ${what}\n  ${remedy}`);
  if (findings.length === 0) print('nothing is wrong');
  return findings.some(({ kind }) => kind === 'wrong') ? 1 : 0;
});
