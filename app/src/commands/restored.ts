import { skipNumbers } from '../codes/store.ts';
import { skipIds } from '../platform/sequence.ts';
import { moveEpoch } from '../redirects/store.ts';
import type { Command } from './command.ts';
import { openDatabase } from './open-database.ts';
import { loadConfig } from './settings.ts';

/** More than a service hands out between two backups: 10,000 a second for a day. There are codes for 3,500 restores. */
const handedOut = 1_000_000_000;
const epochsPassed = 1_000_000;

/**
 * `restored`: tells a database that it is a backup's, before it serves or at once after. What was handed out since the
 * backup does not come again (codes that people have, ids that clicks in the queue still name), and what caches hold
 * from then counts for nothing. A second time does no harm.
 */
export const restored: Command = async (context) => {
  await using database = await openDatabase(loadConfig(context));
  const { db } = database;
  await skipNumbers(db, handedOut);
  await skipIds(db, handedOut);
  await moveEpoch(db, epochsPassed);
  context.print('codes and ids go on behind all that may have been handed out since the backup; caches begin anew');
  context.print('keys that were revoked since the backup are good again: look at `key list`');
  return 0;
};
