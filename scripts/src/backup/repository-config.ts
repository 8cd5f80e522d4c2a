/** S3-compatible storage, in addition to the repository on this machine. */
export type OffSite = { bucket: string; endpoint: string; region: string; key: string; secret: string };

export type RepositorySettings = {
  /** Encrypts everything in every repository. Without it no backup can be read. */
  passphrase: string;
  /** Full backups that are kept, each with all that is needed to get to any moment after it. */
  keep: number;
  offSite: OffSite | undefined;
};

const repository = (number: number, { passphrase, keep }: RepositorySettings): string[] => [
  `repo${number}-cipher-type=aes-256-cbc`,
  `repo${number}-cipher-pass=${passphrase}`,
  `repo${number}-bundle=y`,
  `repo${number}-retention-full=${keep}`,
];

const s3 = ({ bucket, endpoint, region, key, secret }: OffSite): string[] => [
  'repo2-type=s3',
  'repo2-path=/shortstack',
  `repo2-s3-bucket=${bucket}`,
  `repo2-s3-endpoint=${endpoint}`,
  `repo2-s3-region=${region}`,
  `repo2-s3-key=${key}`,
  `repo2-s3-key-secret=${secret}`,
  'repo2-s3-uri-style=path',
  // Storage that does not answer must not fill the disk with WAL: beyond this, it is lost to the far repository.
  'archive-push-queue-max=2GiB',
];

/** The file that pgBackRest reads: where backups go, for how long, and how they are encrypted. */
export function repositoryConfig(settings: RepositorySettings): string {
  const { offSite } = settings;
  const lines = [
    '[global]',
    'repo1-path=/var/lib/pgbackrest',
    ...repository(1, settings),
    ...(offSite ? [...s3(offSite), ...repository(2, settings)] : []),
    'compress-type=zst',
    'compress-level=1',
    // Another process would be another CPU that redirects do not get.
    'process-max=1',
    'start-fast=y',
    // After a big import there is much to archive before a backup can begin.
    'archive-timeout=900',
    'log-level-file=off',
    'log-level-console=warn',
    '',
    '[main]',
    'pg1-path=/var/lib/postgresql/data',
    'pg1-socket-path=/var/run/postgresql',
    'pg1-user=shortstack',
    'pg1-database=shortstack',
  ];
  return `${lines.join('\n')}\n`;
}
