import { ScriptError } from '../platform/run.ts';

/** Secrets that are renewed without a failed request, by what has to accept both values meanwhile. */
export const rotations = {
  API_KEY: 'replicas',
  CHAOS_TOKEN: 'replicas',
  GRAFANA_PASSWORD: 'nobody',
  cache_password: 'cache',
  queue_password: 'queue',
} as const;

export type Rotatable = keyof typeof rotations;

const oneOfARole = 'Postgres knows one password of a role: docs/security.md says what to do';
const reasons = new Map([
  ['BACKUP_PASSPHRASE', 'what is stored is encrypted by it: docs/security.md says what to do'],
  ['database_password', oneOfARole],
  ['database_owner_password', oneOfARole],
  ['database_monitor_password', oneOfARole],
]);

/** The secret with this name; throws which there are. */
export function parseRotatable(name: string): Rotatable {
  if (Object.hasOwn(rotations, name)) return name as Rotatable;
  const reason = reasons.get(name);
  throw new ScriptError(
    reason ? `${name} cannot be renewed so: ${reason}` : `there are ${Object.keys(rotations).join(', ')}`,
  );
}

const word = /^[0-9A-Za-z]{16,256}$/;

/** Commands by which a store takes both passwords (`>`), or the old one no more (`<`). They go in by standard input. */
export function storeCommands(present: string, mark: '>' | '<', password: string): string {
  if (!word.test(present) || !word.test(password)) throw new ScriptError('a password of a store is not one of ours');
  return `AUTH ${present}\nACL SETUSER default ${mark}${password}\n`;
}
