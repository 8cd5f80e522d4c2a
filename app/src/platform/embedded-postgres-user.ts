import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Binaries } from './embedded-postgres-binaries.ts';

/** Who Postgres runs as: `prefix` goes before the command, `owner` into the options of spawn and chown. */
export type ServerUser = {
  readonly owner: { readonly uid: number; readonly gid: number };
  readonly spawn: { readonly uid?: number; readonly gid?: number };
  readonly prefix: readonly string[];
};

const run = promisify(execFile);
const name = 'nobody';

/**
 * Ourselves, or `nobody` if we are root, because Postgres refuses to run as root. Where nobody may not reach the
 * programs or the data (a checkout under /root), it gets the one capability that lets it look into closed folders; it
 * still owns nothing but the cluster. Throws one sentence if no way works.
 */
export async function serverUser(binaries: Binaries, dataDir: string): Promise<ServerUser> {
  const uid = process.getuid?.() ?? 0;
  const gid = process.getgid?.() ?? 0;
  if (uid !== 0) return { owner: { uid, gid }, spawn: {}, prefix: [] };
  const owner = await lookUp();
  const ways: ServerUser[] = [
    { owner, spawn: owner, prefix: [] },
    // Docker's root has the second only.
    ...['dac_read_search', 'dac_override'].map((cap) => ({ owner, spawn: {}, prefix: withCapability(owner, cap) })),
  ];
  for (const way of ways) if (await reaches(way, binaries, dataDir)) return way;
  throw new Error(
    `Postgres does not run as root, and the user ${name} cannot reach ${dataDir} and ${binaries.postgres}: ` +
      `start as another user, set DATA_DIR to a folder that ${name} can reach, or set DATABASE_URL`,
  );
}

async function lookUp(): Promise<{ uid: number; gid: number }> {
  try {
    const [uid, gid] = await Promise.all([run('id', ['-u', name]), run('id', ['-g', name])]);
    return { uid: Number(uid.stdout), gid: Number(gid.stdout) };
  } catch (cause) {
    throw new Error(`Postgres does not run as root, and there is no user ${name}: start as another user`, { cause });
  }
}

const withCapability = ({ uid, gid }: { uid: number; gid: number }, capability: string): string[] => [
  'setpriv',
  `--reuid=${uid}`,
  `--regid=${gid}`,
  '--clear-groups',
  '--no-new-privs',
  `--bounding-set=-all,+${capability}`,
  `--inh-caps=-all,+${capability}`,
  `--ambient-caps=-all,+${capability}`,
];

async function reaches(way: ServerUser, binaries: Binaries, dataDir: string): Promise<boolean> {
  const [command = '', ...args] = [
    ...way.prefix,
    '/bin/sh',
    '-c',
    'cd "$0" && "$1" --version && "$2" --version',
    dataDir,
    binaries.postgres,
    binaries.initdb,
  ];
  return run(command, args, { ...way.spawn, cwd: '/', timeout: 10_000 }).then(
    () => true,
    () => false,
  );
}
