import { z } from 'zod';
import { ScriptError } from '../platform/run.ts';

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
    repo: z.array(z.object({ key: z.number(), status: z.object({ code: z.number(), message: z.string() }) })),
  }),
);

export type BackupKind = Backup['kind'];

/** pgBackRest's own number for a place that it cannot read: another passphrase, damage, nobody there. It ends with 0 all the same. */
const unreadable = 99;

/**
 * What `pgbackrest info --output=json` says of one place, or of all, oldest first. Throws where nothing that is asked for
 * can be read: no backup is known then, which is not the same as that there is none.
 */
export function parseBackups(text: string, place?: number): Backup[] {
  const asked = (key: number) => place === undefined || key === place;
  const stanzas = reply.parse(JSON.parse(text));
  const places = stanzas.flatMap(({ repo }) => repo).filter(({ key }) => asked(key));
  const [first] = places;
  if (first && places.every(({ status }) => status.code === unreadable))
    throw new ScriptError(`the repository cannot be read: ${first.status.message}`);
  const backups = stanzas.flatMap(({ backup }) => backup).filter(({ database }) => asked(database['repo-key']));
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
