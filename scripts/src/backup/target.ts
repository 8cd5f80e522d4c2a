import { parseArgs } from 'node:util';
import { ScriptError } from '../platform/run.ts';
import type { Target } from './pgbackrest.ts';

export const targetUsage = `latest (default)     all that has reached the repository
  LABEL                the end of one backup; scripts/backup --list shows them
  --to TIME            a moment, as 2026-01-31T12:00:00Z`;

const label = /^\d{8}-\d{6}F(_\d{8}-\d{6}[DI])?$/;
const moment = /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})$/;

/** Where a restore should end; throws a sentence for what is none. */
export function parseTarget(argv: readonly string[]): Target {
  const { values, positionals } = parseArgs({
    args: [...argv],
    options: { to: { type: 'string' } },
    allowPositionals: true,
  });
  const [what = 'latest', ...more] = positionals;
  if (more.length > 0 || (values.to !== undefined && positionals.length > 0))
    throw new ScriptError(`one target, please: ${targetUsage}`);
  if (values.to !== undefined) {
    // Without a zone it would be that of whoever reads it.
    if (!moment.test(values.to) || Number.isNaN(Date.parse(values.to)))
      throw new ScriptError(`${values.to} is no time with its zone, as 2026-01-31T12:00:00Z`);
    return { kind: 'time', time: values.to.replace('T', ' ').replace('Z', '+00') };
  }
  if (what === 'latest') return { kind: 'latest' };
  if (label.test(what)) return { kind: 'label', label: what };
  throw new ScriptError(`${what} is no backup; possible: ${targetUsage}`);
}
