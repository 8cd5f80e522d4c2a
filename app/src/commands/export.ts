import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import type { Writable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { parseArgs } from 'node:util';
import { type Config, publicAddress } from '../config.ts';
import type { Db } from '../database.ts';
import { type ExportFormat, exportFormats, exportUrls } from '../urls/export.ts';
import { type Command, CommandError } from './command.ts';
import { writeDump } from './dump-writer.ts';
import { openDatabase } from './open-database.ts';
import { loadConfig } from './settings.ts';
import { readVersion } from './version.ts';

const usage = `usage: npm run -s export -- [--all] [--format csv|ndjson] [FILE]

Writes all urls to FILE, or to the standard output: what \`npm run import\` and POST /urls/bulk read.
  --format  csv (default) or ndjson
  --all     everything, as NDJSON: users, urls, history, statistics, hashes of API keys, the secret of the codes.
            \`npm run import\` brings it into an empty database. Keep the file to yourself.`;

/** A dump of years takes minutes to read. */
const timeout = 3_600_000;

type Options = { all: boolean; format: ExportFormat; file: string | undefined };
type Write = (text: string) => Promise<void>;

function optionsOf(argv: readonly string[]): Options | 'help' {
  const options = { help: { type: 'boolean' }, all: { type: 'boolean' }, format: { type: 'string' } } as const;
  try {
    const { values, positionals } = parseArgs({ args: [...argv], options, allowPositionals: true });
    if (values.help) return 'help';
    const [file, ...rest] = positionals;
    const format = exportFormats.find((known) => known === (values.format ?? 'csv'));
    if (format && rest.length === 0) return { all: values.all === true, format, file };
  } catch (cause) {
    throw new CommandError(`${(cause as Error).message}\n${usage}`, { cause });
  }
  throw new CommandError(usage);
}

/** Writes to a stream as fast as it takes it. */
const writerTo =
  (stream: Writable): Write =>
  async (text) => {
    if (text !== '' && !stream.write(text)) await once(stream, 'drain');
  };

/** Whoever reads the output may stop when it has enough. */
async function toStream(stream: Writable, produce: (write: Write) => Promise<void>): Promise<void> {
  const closed = Promise.withResolvers<void>();
  const onError = (error: { code?: unknown }) => (error.code === 'EPIPE' ? closed.resolve() : closed.reject(error));
  stream.on('error', onError);
  await Promise.race([produce(writerTo(stream)), closed.promise]);
}

/** A file appears under its name when it is whole, and only for its owner. */
async function toFile(path: string, produce: (write: Write) => Promise<void>): Promise<void> {
  const partial = `${path}.partial`;
  const stream = createWriteStream(partial, { mode: 0o600 });
  const done = finished(stream);
  done.catch(() => {}); // Shows where it is awaited.
  try {
    await Promise.race([produce(writerTo(stream)), done]);
    stream.end();
    await done;
    await rename(partial, path);
  } catch (cause) {
    stream.destroy();
    await rm(partial, { force: true });
    if ((cause as { syscall?: unknown }).syscall === undefined) throw cause;
    throw new CommandError(`cannot write ${path} (${(cause as Error).message})`, { cause });
  }
}

async function produceAll(db: Db, config: Config, { all, format }: Options, write: Write): Promise<void> {
  if (all) await writeDump(db, readVersion(), write);
  else for await (const text of exportUrls({ db, publicAddress: publicAddress(config) }, format)) await write(text);
}

/** `export`: all urls, or everything, as a file that `import` reads. */
export const exportFile: Command = async (context) => {
  const options = optionsOf(context.argv);
  if (options === 'help') {
    context.print(usage);
    return 0;
  }
  const config = loadConfig(context);
  await using database = await openDatabase(config, timeout);
  const produce = (write: Write) => produceAll(database.db, config, options, write);
  if (options.file === undefined) await toStream(context.process.stdout, produce);
  else await toFile(options.file, produce);
  return 0;
};
