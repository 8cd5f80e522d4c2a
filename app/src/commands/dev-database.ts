import { existsSync } from 'node:fs';
import { ensureFirstAdminKey } from '../access/service.ts';
import type { Config } from '../config.ts';
import { keepEmbeddedPostgres } from '../platform/embedded-postgres-keeper.ts';
import { embeddedPlace } from '../platform/embedded-postgres-place.ts';
import { CommandError } from './command.ts';
import { openDatabase } from './open-database.ts';

export type DevDatabase = AsyncDisposable & {
  readonly url: string;
  /** Where the data is, in words. */
  readonly data: string;
  /** Resolves with the reason when it is gone for good. */
  readonly lost: Promise<Error>;
};

type Print = (line: string) => void;

/** The Postgres that DATABASE_URL names, else the embedded one in DATA_DIR, which is then ours to run. */
export async function startDatabase(config: Config, print: Print, signal: AbortSignal): Promise<DevDatabase> {
  const { dataDir, databaseUrl: url } = config;
  const nothing = async (): Promise<void> => {};
  if (url) return { url, data: 'in DATABASE_URL', lost: new Promise(() => {}), [Symbol.asyncDispose]: nothing };
  const place = embeddedPlace(dataDir);
  const isFirst = !existsSync(place.cluster);
  print(isFirst ? `Making a Postgres database in ${dataDir} (at the first start only) …` : 'Starting Postgres …');
  const kept = await keepEmbeddedPostgres({
    dataDir,
    signal,
    onRestart: ({ code, signal: by }) => print(`Postgres has ended (${by ?? `code ${code}`}): starting it again …`),
  }).catch((cause: Error) => {
    throw new CommandError(cause.message, { cause });
  });
  return {
    url: kept.url,
    data: dataDir,
    lost: kept.lost,
    [Symbol.asyncDispose]: () => kept[Symbol.asyncDispose](),
  };
}

/** The first admin key, where it has just been made: it is to be shown now or never. */
export async function firstAdminKey(config: Config & { databaseUrl: string }): Promise<string | undefined> {
  await using database = await openDatabase(config);
  return await ensureFirstAdminKey(database.db); // Awaited before the connections end.
}
