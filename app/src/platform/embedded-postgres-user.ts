import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Binaries } from './embedded-postgres-binaries.ts';
import { serverEnvironment } from './embedded-postgres-environment.ts';

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
  // Else access(2), by which the programs look for each other, takes no notice of the capability.
  '--securebits=+no_setuid_fixup',
  `--bounding-set=-all,+${capability}`,
  `--inh-caps=-all,+${capability}`,
  `--ambient-caps=-all,+${capability}`,
];

/** Tried, not reckoned: `--show` makes initdb find its sister programs and its own files, and then end. */
async function reaches(way: ServerUser, { initdb }: Binaries, dataDir: string): Promise<boolean> {
  const probe = ['/bin/sh', '-c', 'cd "$0" && exec "$1" --show --pgdata=unused', dataDir, initdb];
  const [command = '', ...args] = [...way.prefix, ...probe];
  try {
    await run(command, args, { ...way.spawn, cwd: '/', env: serverEnvironment, timeout: 10_000 });
    return true;
  } catch {
    return false;
  }
}
