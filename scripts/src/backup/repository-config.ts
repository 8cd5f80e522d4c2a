/** S3-compatible storage, in addition to the repository on this machine. */
export type OffSite = { bucket: string; endpoint: string; region: string; key: string; secret: string };

/** Backups that are encrypted by one passphrase, here and elsewhere. The first generation is 1. */
export type Generation = { number: number; passphrase: string };

export type RepositorySettings = {
  /** Each gets all WAL, and backups of its own. */
  generations: readonly Generation[];
  /** Full backups that are kept, each with all that is needed to get to any moment after it. */
  keep: number;
  offSite: OffSite | undefined;
};

/** Without the passphrase no backup can be read. */
const common = (repo: string, passphrase: string, keep: number): string[] => [
  `${repo}-cipher-type=aes-256-cbc`,
  `${repo}-cipher-pass=${passphrase}`,
  `${repo}-bundle=y`,
  `${repo}-retention-full=${keep}`,
];

const s3 = (repo: string, { bucket, endpoint, region, key, secret }: OffSite): string[] => [
  `${repo}-type=s3`,
  `${repo}-s3-bucket=${bucket}`,
  `${repo}-s3-endpoint=${endpoint}`,
  `${repo}-s3-region=${region}`,
  `${repo}-s3-key=${key}`,
  `${repo}-s3-key-secret=${secret}`,
  `${repo}-s3-uri-style=path`,
];

/**
 * While storage elsewhere does not answer, the repository here goes on: Postgres offers one piece of WAL until it is in
 * both, and only a process of its own looks at those after it (pgBackRest's user guide, "Multiple Repositories").
 */
const whileAway = ['[global:archive-push]', 'archive-async=y', 'spool-path=/tmp/pgbackrest-spool', ''];

function repositories({ generations, keep, offSite }: RepositorySettings): string[] {
  const all = generations.flatMap(({ number, passphrase }) => {
    const first = number === 1;
    const here = (repo: string) => [`${repo}-path=/var/lib/pgbackrest${first ? '' : `/${number}`}`];
    const away = (repo: string) => [`${repo}-path=/shortstack${first ? '' : `-${number}`}`];
    const place = (lines: (repo: string) => string[]) => (repo: string) => [
      ...lines(repo),
      ...common(repo, passphrase, keep),
    ];
    return [place(here), ...(offSite ? [place((repo) => [...away(repo), ...s3(repo, offSite)])] : [])];
  });
  return all.flatMap((lines, index) => lines(`repo${index + 1}`));
}

const numbersIn = (config: string, line: RegExp): number[] =>
  [...config.matchAll(line)].map(([, place]) => Number(place));

/** The places of a file of pgBackRest: on this machine, and not. */
export function placesOf(config: string): { here: number[]; elsewhere: number[] } {
  const elsewhere = numbersIn(config, /^repo(\d+)-type=s3$/gm);
  const all = numbersIn(config, /^repo(\d+)-path=/gm);
  return { here: all.filter((place) => !elsewhere.includes(place)), elsewhere };
}

/** The file that pgBackRest reads: where backups go, for how long, and how they are encrypted. Empty without a place. */
export function repositoryConfig(settings: RepositorySettings): string {
  if (settings.generations.length === 0) return '';
  const lines = [
    '[global]',
    ...repositories(settings),
    // Storage that does not answer must not fill the disk with WAL: beyond this, it is dropped.
    // A question to it that is not answered is asked again for 20 times this long (measured with 2.55), and each round of
    // archiving asks before it writes here: with the usual minute, what is lost with the disk would be twenty.
    ...(settings.offSite ? ['archive-push-queue-max=2GiB', 'io-timeout=5'] : []),
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
    ...(settings.offSite ? whileAway : []),
    '[main]',
    'pg1-path=/var/lib/postgresql/data',
    'pg1-socket-path=/var/run/postgresql',
    'pg1-user=shortstack',
    'pg1-database=shortstack',
  ];
  return `${lines.join('\n')}\n`;
}
