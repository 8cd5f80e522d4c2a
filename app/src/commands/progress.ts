import type { BulkReport } from '../http/bulk.ts';

type Print = (line: string) => void;

const interval = 20_000;
const shownErrors = 5;

/** Says now and then how far an import is. */
export function createProgress(print: Print, name: string): (report: BulkReport) => void {
  let next = interval;
  return ({ count }) => {
    if (count < next) return;
    next = count + interval;
    print(`${name}: ${count} read …`);
  };
}

/** What became of a file, with the first of what was wrong in it. */
export function printReport(print: Print, name: string, report: BulkReport): void {
  const { count, imported, skipped, errors, more_errors: unlisted = 0 } = report;
  print(`${name}: ${count} read, ${imported} imported, ${skipped} skipped`);
  for (const { line, error } of errors.slice(0, shownErrors)) print(`  line ${line}: ${error}`);
  const more = errors.length + unlisted - shownErrors;
  if (more > 0) print(`  and ${more} more`);
}
