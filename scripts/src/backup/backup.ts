import { z } from 'zod';

export type BackupKind = 'full' | 'diff' | 'incr';

/** One backup in the repository. Times are seconds since 1970, sizes bytes. */
export type Backup = {
  label: string;
  kind: BackupKind;
  start: number;
  stop: number;
  /** Of the database, and of what this backup takes in the repository. */
  size: number;
  stored: number;
  /** pgBackRest found pages whose checksum is wrong. */
  damaged: boolean;
};

const reply = z.array(
  z.object({
    backup: z.array(
      z.object({
        label: z.string(),
        type: z.enum(['full', 'diff', 'incr']),
        timestamp: z.object({ start: z.number(), stop: z.number() }),
        info: z.object({ size: z.number(), repository: z.object({ delta: z.number() }) }),
        error: z.boolean().nullish(),
      }),
    ),
  }),
);

/** What `pgbackrest info --output=json` says, oldest first. */
export function parseBackups(text: string): Backup[] {
  const stanzas = reply.parse(JSON.parse(text));
  const backups = stanzas.flatMap(({ backup }) => backup);
  return backups.map(({ label, type, timestamp, info, error }) => ({
    label,
    kind: type,
    ...timestamp,
    size: info.size,
    stored: info.repository.delta,
    damaged: error ?? false,
  }));
}
