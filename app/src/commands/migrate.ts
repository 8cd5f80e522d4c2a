import { migrate as applyMigrations } from '../platform/migrator.ts';
import type { Command } from './command.ts';
import { databaseUrl, loadConfig } from './settings.ts';

/** `migrate`: brings the database to this release's schema, and says what it did. */
export const migrate: Command = async (context) => {
  const applied = await applyMigrations(databaseUrl(loadConfig(context)), context.print);
  if (applied.length === 0) context.print('the schema is up to date');
  return 0;
};
