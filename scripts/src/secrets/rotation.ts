import { ScriptError } from '../platform/run.ts';

/** Secrets that are renewed by a verb, by who has to be told. */
export const rotations = {
  API_KEY: 'replicas',
  CHAOS_TOKEN: 'replicas',
  GRAFANA_PASSWORD: 'grafana',
  BACKUP_PASSPHRASE: 'backups',
  cache_password: 'cache',
  queue_password: 'queue',
  database_password: 'database logins',
  database_owner_password: 'database',
  database_monitor_password: 'database',
} as const;

export type Rotatable = keyof typeof rotations;

const given = 'others give it: put the new one into .env and run scripts/up';
const reasons = new Map(
  ['SMTP_PASSWORD', 'DISCORD_WEBHOOK_URL', 'HEARTBEAT_URL', 'BACKUP_S3_KEY', 'BACKUP_S3_SECRET'].map((name) => [
    name,
    given,
  ]),
);

/** The secret with this name; throws which there are. */
export function parseRotatable(name: string): Rotatable {
  if (Object.hasOwn(rotations, name)) return name as Rotatable;
  const reason = reasons.get(name);
  throw new ScriptError(
    reason ? `${name} cannot be renewed so: ${reason}` : `there are ${Object.keys(rotations).join(', ')}`,
  );
}

const word = /^[0-9A-Za-z]{16,256}$/;

const requireWord = (password: string): string => {
  if (!word.test(password)) throw new ScriptError('a password of a store is not one of ours');
  return password;
};

/** Commands by which a store that knows one password takes all of these as well. They go in by standard input. */
export const openStore = (known: string, passwords: readonly string[]): string =>
  `AUTH ${requireWord(known)}\nACL SETUSER default ${passwords.map((word) => `>${requireWord(word)}`).join(' ')}\n`;

/** Commands by which it takes this one and no other. */
export const closeStore = (password: string): string =>
  `AUTH ${requireWord(password)}\nACL SETUSER default resetpass >${password}\n`;
