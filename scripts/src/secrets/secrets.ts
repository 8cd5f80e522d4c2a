import { repositoryConfig } from '../backup/repository-config.ts';
import type { BackupChoices } from './backup-choices.ts';

/** What a person needs to know, kept in `.env`. */
export const personal = ['API_KEY', 'CHAOS_TOKEN', 'GRAFANA_PASSWORD', 'BACKUP_PASSPHRASE'] as const;

/** Passwords that only programs use, each a file of its own. */
export const passwords = [
  'database_owner_password',
  'database_password',
  'database_monitor_password',
  'cache_password',
  'queue_password',
] as const;

export type Personals = (typeof personal)[number];
export type Password = (typeof passwords)[number];
export type Personal = Readonly<Record<Personals, string>>;
/** And as whom replicas log in to Postgres: a renewal of their password moves on to another role. */
export type Passwords = Readonly<Record<Password | 'database_login', string>>;

const storeConfig = (password: string): string => `requirepass ${password}\nprotected-mode no\ndir /data\n`;

/**
 * Every file under /run/secrets and what is in it, from what was made once. `user` is the numbered user that reads it.
 * The files are for the services' settings as they stand in docker-compose.yml.
 */
export function secretFiles(own: Personal, words: Passwords, backups: BackupChoices): Readonly<Record<string, string>> {
  const database = (user: string, password: string) => `postgres://${user}:${password}@postgres:5432/shortstack`;
  return {
    ...words,
    api_key: own.API_KEY,
    chaos_token: own.CHAOS_TOKEN,
    grafana_password: own.GRAFANA_PASSWORD,
    database_url: database(words.database_login, words.database_password),
    database_owner_url: database('shortstack', words.database_owner_password),
    cache_url: `redis://:${words.cache_password}@cache:6379`,
    queue_url: `redis://:${words.queue_password}@queue:6379`,
    'redis_passwords.json': JSON.stringify({
      'redis://cache:6379': words.cache_password,
      'redis://queue:6379': words.queue_password,
    }),
    'cache.conf': storeConfig(words.cache_password),
    'queue.conf': storeConfig(words.queue_password),
    'pgbackrest.conf': repositoryConfig({ ...backups, generations: backups.present }),
    'pgbackrest-before.conf': repositoryConfig({ ...backups, generations: backups.before }),
  };
}
