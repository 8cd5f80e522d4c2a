import { parseArgs } from 'node:util';
import type { Line } from '../http/bulk.ts';
import { type ForeignRecord, type Origin, originOf, translate } from '../urls/foreign.ts';
import { type Command, type CommandContext, CommandError } from './command.ts';
import { isDump } from './dump.ts';
import { readDump } from './dump-reader.ts';
import { createImporters } from './importers.ts';
import { openDatabase } from './open-database.ts';
import { createProgress, printReport } from './progress.ts';
import { fileRecords } from './records.ts';
import { loadConfig } from './settings.ts';

const usage = `usage: npm run import -- [--new-ids] FILE

Adds the urls of a file: CSV, NDJSON or a JSON array, with their codes. Which service wrote it is told by its columns:
  ours      original_url, and what else a url has (npm run export, GET /urls/export)
  Kutt      address, target, description, created_at, expire_in, banned
  Shlink    shortCode, longUrl, title, tags, createdAt
  YOURLS    keyword, url, title, timestamp; or source, target
A code that is taken is skipped and reported, never overwritten. Clicks of other services are not taken over.
  --new-ids  ids and owners of the file are ignored: the urls get ids of their own and belong to nobody
A file of \`npm run export -- --all\` brings everything, into a database without users, urls and events.`;

type Options = { file: string; newIds: boolean } | 'help';

function optionsOf(argv: readonly string[]): Options {
  try {
    const options = { help: { type: 'boolean' }, 'new-ids': { type: 'boolean' } } as const;
    const { values, positionals } = parseArgs({ args: [...argv], options, allowPositionals: true });
    if (values.help) return 'help';
    const [file, ...rest] = positionals;
    if (file !== undefined && rest.length === 0) return { file, newIds: values['new-ids'] === true };
  } catch (cause) {
    throw new CommandError(`${(cause as Error).message}\n${usage}`, { cause });
  }
  throw new CommandError(usage);
}

const isRecord = (value: unknown): value is ForeignRecord =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The file's records in our terms. The first record tells its origin, for all records of a file have one. */
async function* ourLines(lines: AsyncIterable<Line>, newIds: boolean, onOrigin: (origin: Origin) => void) {
  let origin: Origin | undefined;
  for await (const line of lines) {
    if (line.kind === 'error' || !isRecord(line.value)) {
      yield line;
      continue;
    }
    if (!origin) {
      origin = originOf(line.value);
      onOrigin(origin);
    }
    const translated = translate(origin, line.value);
    if (translated.kind === 'refused') {
      yield { kind: 'error', line: line.line, error: translated.error } satisfies Line;
      continue;
    }
    const { id: _, user_id: __, ...others } = translated.url;
    yield { ...line, value: newIds ? others : translated.url } satisfies Line;
  }
}

async function importUrls(context: CommandContext, file: string, newIds: boolean): Promise<void> {
  const { print } = context;
  const config = loadConfig(context);
  await using database = await openDatabase(config);
  const importers = createImporters(database.db, config);
  const lines = ourLines(await fileRecords(file), newIds, (origin) => print(`${file}: columns of ${origin}`));
  try {
    printReport(print, file, await importers.importUrls(lines, { progress: createProgress(print, file) }));
  } finally {
    await importers.forgetAll();
  }
}

/** `import`: urls of a file of ours or of another service; or everything, of a file that `export --all` wrote. */
export const importFile: Command = async (context) => {
  const options = optionsOf(context.argv);
  if (options === 'help') context.print(usage);
  else if (await isDump(options.file)) await readDump(context, options.file);
  else await importUrls(context, options.file, options.newIds);
  return 0;
};
