import { createHash } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

export type EmbeddedPlace = {
  readonly dataDir: string;
  readonly cluster: string;
  readonly socketDir: string;
  readonly socket: string;
  readonly url: string;
};

// The kernel's limit for a socket's path is 107 bytes on Linux and 103 on macOS.
const longestSocketPath = 103;

/**
 * Where the embedded Postgres of `dataDir` keeps its files and listens: the same answer in every process, so that a
 * command can reach the Postgres of a service that runs. `url` is for pg and kysely.
 */
export function embeddedPlace(dataDir: string, port = '5432', temporary = tmpdir()): EmbeddedPlace {
  const root = resolve(dataDir);
  const socketIn = (dir: string): string => join(dir, `.s.PGSQL.${port}`);
  const fits = (dir: string): boolean => Buffer.byteLength(socketIn(dir)) <= longestSocketPath;
  const near = join(root, 'run');
  const socketDir = fits(near) ? near : join(temporary, `shortstack-${hash(root)}`);
  if (!fits(socketDir)) throw new Error(`The path of the temporary folder is too long for a socket: ${socketDir}`);
  return {
    dataDir: root,
    cluster: join(root, 'postgres'),
    socketDir,
    socket: socketIn(socketDir),
    url: `postgres://postgres@/shortstack?host=${encodeURIComponent(socketDir)}&port=${port}`,
  };
}

const hash = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 16);
