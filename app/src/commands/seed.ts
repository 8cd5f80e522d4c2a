import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { BulkReport, Line } from '../http/bulk.ts';
import { type Command, CommandError } from './command.ts';
import { createImporters } from './importers.ts';
import { openDatabase } from './open-database.ts';
import { createProgress, printReport } from './progress.ts';
import { fileRecords } from './records.ts';
import { loadConfig } from './settings.ts';

const usage = `usage: npm run seed -- DIR

Loads users.csv, urls.csv and events.csv of a folder, those that are there, in this order:
  users.csv   id,username,email,created_at
  urls.csv    id,user_id,short_code,original_url,title,is_active,created_at,updated_at
  events.csv  id,url_id,user_id,event_type,timestamp,details (JSON)
Ids are kept and later ones come after them. Timestamps without a zone are UTC. What is there already is skipped,
so that it may run again, also while the service runs.`;

type Import = (lines: AsyncIterable<Line>, progress: (report: BulkReport) => void) => Promise<BulkReport>;
type Step = { file: string; required: readonly string[]; run: Import };

const stepsOf = (importers: ReturnType<typeof createImporters>): Step[] => [
  {
    file: 'users.csv',
    required: ['username', 'email'],
    run: (lines, progress) => importers.importUsers(lines, { progress }),
  },
  {
    file: 'urls.csv',
    required: ['original_url'],
    run: (lines, progress) => importers.importUrlsWithoutEvents(lines, { progress }),
  },
  { file: 'events.csv', required: ['event_type', 'timestamp'], run: importers.importEvents },
];

const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    (found) => found.isFile(),
    () => false,
  );

function folderOf(argv: readonly string[]): string | undefined {
  try {
    const { values, positionals } = parseArgs({
      args: [...argv],
      options: { help: { type: 'boolean' } },
      allowPositionals: true,
    });
    if (values.help) return undefined;
    const [folder, ...rest] = positionals;
    if (folder !== undefined && rest.length === 0) return folder;
  } catch (cause) {
    throw new CommandError(`${(cause as Error).message}\n${usage}`, { cause });
  }
  throw new CommandError(usage);
}

/** `seed`: loads a folder of CSV files, again and again if wanted. */
export const seed: Command = async (context) => {
  const { print, argv } = context;
  const folder = folderOf(argv);
  if (folder === undefined) {
    print(usage);
    return 0;
  }
  const names = ['users.csv', 'urls.csv', 'events.csv'];
  const there = new Set(
    (await Promise.all(names.map((name) => exists(join(folder, name))))).flatMap((is, n) => (is ? names[n] : [])),
  );
  if (there.size === 0) throw new CommandError(`${folder} has none of ${names.join(', ')}`);
  const config = loadConfig(context);
  await using database = await openDatabase(config);
  const importers = createImporters(database.db, config);
  for (const { file, required, run } of stepsOf(importers)) {
    if (!there.has(file)) continue;
    const lines = await fileRecords(join(folder, file), required);
    printReport(print, file, await run(lines, createProgress(print, file)));
  }
  await importers.forgetAll();
  return 0;
};
