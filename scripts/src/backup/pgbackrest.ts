import { must, type Run, ScriptError } from '../platform/run.ts';
import { type Backup, type BackupKind, parseBackups, parseRepositories } from './backup.ts';

type Deps = {
  run: Run;
  stanza?: string;
  /** pgBackRest's file for this repository; else what the environment says. */
  config?: string;
  /** That of the one which has what was archived later: a restore goes on there. */
  later?: string;
};

/** Where a restore ends: at the last transaction that was archived, with a backup's own end, or at a moment (2026-01-31 12:00:00+00:00). */
export type Target = { kind: 'latest' } | { kind: 'label'; label: string } | { kind: 'time'; time: string };

export type Repository = {
  /** Makes the repository where there is none. Again, it changes nothing. */
  create(): Promise<void>;
  /** Takes a Postgres of another version, or another cluster, for the one whose backups these are; the older ones stay. */
  adopt(): Promise<void>;
  /** Those of one place, or of all; throws where none that is asked for can be read. */
  list(place?: number): Promise<Backup[]>;
  /** The places that hold backups: WAL goes to all of them at once, a backup to one. */
  places(): Promise<number[]>;
  make(kind: BackupKind, place: number): Promise<void>;
  /** Removes everything from every place. */
  remove(): Promise<void>;
  /** Reads all that is stored, at one place or at all, and compares it with the checksums; throws what is wrong. */
  verify(place?: number): Promise<void>;
  /** Writes a cluster into an empty folder, from one place or any; Postgres gets it to the target when it is started there. */
  restore(folder: string, target: Target, place?: number): Promise<void>;
};

const hour = 3_600_000;

const targetOptions = (target: Target): string[] => {
  // The timeline of the backup: a restore that was given up must not lead the next one astray.
  const timeline = '--target-timeline=current';
  if (target.kind === 'latest') return ['--type=default', timeline];
  if (target.kind === 'label') return [`--set=${target.label}`, '--type=immediate', '--target-action=promote'];
  return ['--type=time', timeline, `--target=${target.time}`, '--target-action=promote'];
};

const only = (place: number | undefined): string[] => (place === undefined ? [] : [`--repo=${place}`]);

/** Where Postgres gets WAL from: what was archived here, then what was archived later, elsewhere. */
function recoveryOptions({ config, later }: Deps, stanza: string, folder: string, place?: number): string[] {
  if (!config || !later) return [];
  const how = [`--stanza=${stanza}`, `--pg1-path=${folder}`, ...only(place)].join(' ');
  const get = (file: string) => `PGBACKREST_CONFIG=${file} pgbackrest ${how} archive-get %f "%p"`;
  return [`--recovery-option=restore_command=${get(config)} || ${get(later)}`];
}

/** The backups of one cluster, kept by pgBackRest. */
export function createRepository(deps: Deps): Repository {
  const { run, stanza = 'main', config } = deps;
  const env = config ? { env: { PGBACKREST_CONFIG: config } } : {};
  const pgbackrest = (command: string, doing: string, ...options: readonly string[]) =>
    must(run('pgbackrest', [`--stanza=${stanza}`, ...options, command], { timeout: hour, ...env }), doing);
  const info = (place?: number) => pgbackrest('info', 'reading the repository', '--output=json', ...only(place));
  const places = async () => parseRepositories(await info());
  return {
    create: async () => void (await pgbackrest('stanza-create', 'making the repository')),
    adopt: async () => void (await pgbackrest('stanza-upgrade', 'taking another version')),
    list: async (place) => parseBackups(await info(place), place),
    places,
    async make(kind, place) {
      await pgbackrest('backup', `making a ${kind} backup`, `--type=${kind}`, `--repo=${place}`);
    },
    async remove() {
      // With a folder for locks of its own: `stop` would stop the other repository, too.
      const locks = (await must(run('mktemp', ['-d']), 'making a folder for locks')).trim();
      try {
        await pgbackrest('stop', 'closing the repository', `--lock-path=${locks}`);
        for (const place of await places())
          await pgbackrest('stanza-delete', 'removing backups', `--lock-path=${locks}`, '--force', `--repo=${place}`);
      } finally {
        await run('rm', ['-rf', locks]);
      }
    },
    async verify(place) {
      // Older releases find what is wrong, tell it as information, and end with 0.
      const how = ['--log-level-console=info', ...only(place)];
      const said = await pgbackrest('verify', 'verifying the repository', ...how);
      const wrong = said.split('\n').filter((line) => /invalid|missing|status: error/.test(line));
      if (wrong.length > 0) throw new ScriptError(`the repository is damaged:\n${wrong.join('\n')}`);
    },
    async restore(folder, target, place) {
      const how = [...targetOptions(target), ...recoveryOptions(deps, stanza, folder, place), ...only(place)];
      await pgbackrest('restore', 'restoring', `--pg1-path=${folder}`, ...how);
    },
  };
}
