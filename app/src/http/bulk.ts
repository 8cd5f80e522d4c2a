import { z } from 'zod';
import { AppError } from './problem.ts';

/** One record of an uploaded or imported file: what it says, or why it cannot be read. `size` is in characters. */
export type Line =
  | { kind: 'value'; line: number; value: unknown; size: number }
  | { kind: 'error'; line: number; error: string };

export type Candidate<Row> = { line: number; row: Row };
export type Refused = { line: number; error: string };

/** A batch is a short transaction, and all that is held in memory of a file. */
const batchRows = 500;
const batchSize = 1_048_576;
/** As many as an upload may have urls; of users it may have more, whose errors would not fit into memory. */
const listedErrors = 10_000;
/** In characters, so that all of them are a few MB. */
const longestError = 300;

export const bulkReport = z
  .object({
    count: z.int().meta({ description: 'Records read.' }),
    imported: z.int().meta({ description: 'Records really inserted.' }),
    skipped: z.int().meta({ description: 'Records that were not inserted.' }),
    errors: z
      .array(z.object({ line: z.int(), error: z.string() }))
      .meta({ description: `The first ${listedErrors}, and why reading ended early, if it did.` }),
    more_errors: z.int().optional().meta({ description: 'Errors that are not listed.' }),
  })
  .meta({ id: 'BulkReport' });
export type BulkReport = z.output<typeof bulkReport>;

type Limits = {
  /** Records read at most; what follows is reported as not read. */
  most?: number;
  /** Malformed records at most: a file with more of them is not what was meant, and not read to its end. */
  mostMalformed?: number;
};

export type BulkDeps<Row> = Limits & {
  schema: z.ZodType<Row>;
  /** Inserts a batch in one transaction and answers what it had to refuse. */
  insert: (batch: readonly Candidate<Row>[]) => Promise<readonly Refused[]>;
  /** What is left to do when all is inserted, or when reading has failed midway. */
  finish?: () => Promise<void>;
  /** Told after each batch. */
  progress?: ((report: BulkReport) => void) | undefined;
};

const describe = (error: z.ZodError): string =>
  error.issues
    .slice(0, 5)
    .map((issue) => `${issue.path.join('.') || 'record'}: ${issue.message}`)
    .join('; ');

const shortened = (error: string): string =>
  error.length > longestError ? `${error.slice(0, longestError - 1)}…` : error;

function refuse(report: BulkReport, { line, error }: Refused): void {
  report.skipped += 1;
  if (report.errors.length < listedErrors) report.errors.push({ line, error: shortened(error) });
  else report.more_errors = (report.more_errors ?? 0) + 1;
}

function createBatch<Row>(report: BulkReport, { schema, insert, progress }: BulkDeps<Row>) {
  let rows: Candidate<Row>[] = [];
  let size = 0;
  let bad = 0;
  const flush = async (): Promise<void> => {
    const full = rows;
    rows = [];
    size = 0;
    if (full.length === 0) return;
    const refused = await insert(full);
    report.imported += full.length - refused.length;
    for (const each of refused) refuse(report, each);
    progress?.(report);
  };
  const refuseMalformed = (line: number, error: string): void => {
    refuse(report, { line, error });
    bad += 1;
  };
  const take = async (line: Line): Promise<void> => {
    report.count += 1;
    if (line.kind === 'error') return refuseMalformed(line.line, line.error);
    const parsed = schema.safeParse(line.value);
    if (!parsed.success) return refuseMalformed(line.line, describe(parsed.error));
    rows.push({ line: line.line, row: parsed.data });
    size += line.size;
    if (rows.length >= batchRows || size >= batchSize) await flush();
  };
  return { take, flush, malformed: () => bad };
}

/**
 * Reads records, checks each by the schema and inserts them in batches. A record that is refused is reported and costs
 * its neighbours nothing. When reading fails midway, whole batches stay and the error says how many records they were.
 */
export async function insertLines<Row>(lines: AsyncIterable<Line>, deps: BulkDeps<Row>): Promise<BulkReport> {
  const report: BulkReport = { count: 0, imported: 0, skipped: 0, errors: [] };
  const batch = createBatch(report, deps);
  try {
    for await (const line of lines) {
      const limit = exceeded(report.count, batch.malformed(), deps);
      if (limit) {
        report.skipped += 1;
        // Told however many errors there are, for it is not about one record.
        report.errors.push({ line: line.line, error: `${limit}: nothing from here on was read` });
        break;
      }
      await batch.take(line);
    }
    await batch.flush();
  } catch (error) {
    await deps.finish?.().catch(() => {}); // What failed first is what is told.
    throw afterPart(error, report.imported);
  }
  await deps.finish?.().catch((error: unknown) => {
    throw afterPart(error, report.imported);
  });
  report.errors.sort((a, b) => a.line - b.line);
  return report;
}

function exceeded(count: number, malformed: number, { most, mostMalformed }: Limits): string | undefined {
  if (count === most) return `only ${most} records at once`;
  return malformed === mostMalformed ? `${malformed} records are malformed` : undefined;
}

/** The same error, which also says what was imported before it. */
function afterPart(error: unknown, imported: number): unknown {
  if (!(error instanceof AppError) || imported === 0) return error;
  const detail = `${error.message}; ${imported} records before that were imported`;
  const { code, errors, headers } = error;
  return new AppError(code, detail, { ...(errors && { errors }), headers, cause: error });
}
