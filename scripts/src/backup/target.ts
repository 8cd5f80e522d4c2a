import { parseArgs } from 'node:util';
import { ScriptError } from '../platform/run.ts';
import type { Target } from './pgbackrest.ts';

export const targetUsage = `latest (default)     all that has reached the repository
  LABEL                the end of one backup, by its name, as 20260131-120000F: the first word of each line of scripts/backup --list
  --to TIME            a moment, as 2026-01-31T12:00:00Z
  --elsewhere          from the storage elsewhere, whatever is on this machine: after a loss, on a new one`;

/** What a restore is to bring back, and whether from the storage elsewhere alone. */
export type Wanted = { target: Target; elsewhere: boolean };

const label = /^\d{8}-\d{6}F(_\d{8}-\d{6}[DI])?$/;
const moment = /^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2})(:\d{2}(?:\.\d+)?)?(?:Z|([+-]\d{2})(?::?(\d{2}))?)$/;

/** Where somebody looks for a file: there is none to name. */
const notFiles = `backups are no files but names in a repository; scripts/backup --list shows them, and restore takes LABEL, the first word of a line.
A file that \`export\` wrote goes into an empty database with scripts/up --import FILE`;
const path = /[/\\]|\.\w+$/;

function parse(argv: readonly string[]) {
  const options = { to: { type: 'string' }, elsewhere: { type: 'boolean', default: false } } as const;
  try {
    return parseArgs({ args: [...argv], options, allowPositionals: true });
  } catch (cause) {
    throw new ScriptError(`${(cause as Error).message}; possible: ${targetUsage}`, { cause });
  }
}

/** What should be restored; throws a sentence for what is none. */
export function parseWanted(argv: readonly string[]): Wanted {
  const { values, positionals } = parse(argv);
  return { target: parseTarget(positionals, values.to), elsewhere: values.elsewhere };
}

/** A moment in the one form that Postgres, pgBackRest and `Date.parse` all read; undefined for what is none. */
function parseMoment(text: string): string | undefined {
  // Without a zone it would be that of whoever reads it.
  const [found, day, minute, seconds = ':00', hours = '+00', minutes = '00'] = moment.exec(text) ?? [];
  const time = `${day} ${minute}${seconds}${hours}:${minutes}`;
  return found === undefined || Number.isNaN(Date.parse(time.replace(' ', 'T'))) ? undefined : time;
}

function parseTarget(positionals: readonly string[], to: string | undefined): Target {
  const [what = 'latest', ...more] = positionals;
  if (more.length > 0 || (to !== undefined && positionals.length > 0))
    throw new ScriptError(`one target, please: ${targetUsage}`);
  if (to !== undefined) {
    const time = parseMoment(to);
    if (time === undefined) throw new ScriptError(`${to} is no time with its zone, as 2026-01-31T12:00:00Z`);
    return { kind: 'time', time };
  }
  if (what === 'latest') return { kind: 'latest' };
  if (label.test(what)) return { kind: 'label', label: what };
  if (path.test(what)) throw new ScriptError(`${what} is no backup: ${notFiles}`);
  throw new ScriptError(`${what} is no backup; possible: ${targetUsage}`);
}
