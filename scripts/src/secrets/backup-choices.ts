import type { Generation, OffSite } from '../backup/repository-config.ts';

type Environment = Readonly<Record<string, string>>;

/** What `.env` says of backups. */
export type BackupChoices = {
  keep: number;
  offSite: OffSite | undefined;
  /** Where backups go now: two places while the passphrase is renewed, until the second has one. */
  present: readonly Generation[];
  /** What is still kept from before the last renewal. */
  before: readonly Generation[];
};

const usualKept = 2;

function readOffSite(env: Environment): OffSite | undefined {
  const {
    BACKUP_S3_BUCKET: bucket,
    BACKUP_S3_ENDPOINT: endpoint = '',
    BACKUP_S3_REGION: region = '',
    BACKUP_S3_KEY: key = '',
    BACKUP_S3_SECRET: secret = '',
  } = env;
  return bucket ? { bucket, endpoint, region, key, secret } : undefined;
}

/** Where backups go and went, with what they are encrypted by, and how many are kept. */
export function readBackupChoices(env: Environment): BackupChoices {
  const generation = (suffix: string) => ({
    number: Number(env[`BACKUP_GENERATION${suffix}`] || 1),
    passphrase: env[`BACKUP_PASSPHRASE${suffix}`] ?? '',
  });
  const now = generation('');
  const before = env['BACKUP_PASSPHRASE_BEFORE'] ? [generation('_BEFORE')] : [];
  const both = isRenewing(env);
  return {
    keep: Number(env['BACKUP_KEEP'] || usualKept),
    offSite: readOffSite(env),
    // The one that has backups is asked first.
    present: both ? [...before, now] : [now],
    before: both ? [] : before,
  };
}

/** Whether the place of a new passphrase has no backup yet. */
export const isRenewing = (env: Environment): boolean => env['BACKUP_RENEWAL'] === 'on';

/** Settings with which backups go to a new place as well, encrypted by another passphrase. */
export const renewal = (env: Environment, passphrase: string): Record<string, string> => ({
  BACKUP_PASSPHRASE: passphrase,
  BACKUP_GENERATION: String(Number(env['BACKUP_GENERATION'] || 1) + 1),
  BACKUP_PASSPHRASE_BEFORE: env['BACKUP_PASSPHRASE'] ?? '',
  BACKUP_GENERATION_BEFORE: env['BACKUP_GENERATION'] || '1',
  BACKUP_RENEWAL: 'on',
});

/** Settings with which they go to the new place alone. */
export const renewed = { BACKUP_RENEWAL: '' } as const;

/** Settings in which nothing is left of the passphrase before. */
export const forgotten = { BACKUP_PASSPHRASE_BEFORE: '', BACKUP_GENERATION_BEFORE: '' } as const;
