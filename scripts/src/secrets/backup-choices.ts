import type { BackupChoices } from './secrets.ts';

const usualKept = 2;

/** What `.env` says of where backups go, beside this machine, and how many are kept. */
export function readBackupChoices(env: Readonly<Record<string, string>>): BackupChoices {
  const {
    BACKUP_S3_BUCKET,
    BACKUP_S3_ENDPOINT = '',
    BACKUP_S3_REGION = '',
    BACKUP_S3_KEY = '',
    BACKUP_S3_SECRET = '',
  } = env;
  const offSite = BACKUP_S3_BUCKET
    ? {
        bucket: BACKUP_S3_BUCKET,
        endpoint: BACKUP_S3_ENDPOINT,
        region: BACKUP_S3_REGION,
        key: BACKUP_S3_KEY,
        secret: BACKUP_S3_SECRET,
      }
    : undefined;
  return { keep: Number(env['BACKUP_KEEP'] || usualKept), offSite };
}
