import { z } from 'zod';

export const backupSchema = z.object({
  label: z.string(),
  /** 1 is on this machine, 2 is storage elsewhere. */
  repository: z.number(),
  kind: z.enum(['full', 'diff', 'incr']),
  start: z.number(),
  stop: z.number(),
  /** Of the database, and of what this backup takes in the repository. */
  size: z.number(),
  stored: z.number(),
  /** pgBackRest found pages whose checksum is wrong. */
  damaged: z.boolean(),
  /** Encrypted by the passphrase before the last renewal. */
  before: z.boolean().optional(),
});

/** One backup in the repository. Times are seconds since 1970, sizes bytes. */
export type Backup = z.output<typeof backupSchema>;

const reply = z.array(
  z.object({
    backup: z.array(
      z.object({
        label: z.string(),
        type: z.enum(['full', 'diff', 'incr']),
        timestamp: z.object({ start: z.number(), stop: z.number() }),
        info: z.object({ size: z.number(), repository: z.object({ delta: z.number() }) }),
        error: z.boolean().nullish(),
        database: z.object({ 'repo-key': z.number() }),
      }),
    ),
    repo: z.array(z.object({ key: z.number() })),
  }),
);

export type BackupKind = Backup['kind'];

/** What `pgbackrest info --output=json` says, oldest first. */
export function parseBackups(text: string): Backup[] {
  const stanzas = reply.parse(JSON.parse(text));
  const backups = stanzas.flatMap(({ backup }) => backup);
  return backups.map(({ label, type, timestamp, info, error, database }) => ({
    label,
    repository: database['repo-key'],
    kind: type,
    ...timestamp,
    size: info.size,
    stored: info.repository.delta,
    damaged: error ?? false,
  }));
}

/** The repositories that are set up, with backups or without. */
export const parseRepositories = (text: string): number[] =>
  reply.parse(JSON.parse(text)).flatMap(({ repo }) => repo.map(({ key }) => key));
