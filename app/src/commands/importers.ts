import { countPastClicks } from '../clicks/past.ts';
import { createAllocator } from '../codes/allocator.ts';
import { createCodeMaker } from '../codes/code-maker.ts';
import { blockSize, loadSecret, reserveBlock } from '../codes/store.ts';
import { type Config, publicAddress } from '../config.ts';
import type { Db } from '../database.ts';
import { createEventImport } from '../events/import.ts';
import { insertEvents } from '../events/store.ts';
import { keepIdsAhead } from '../platform/sequence.ts';
import { createTransact } from '../platform/transact.ts';
import { moveEpoch } from '../redirects/store.ts';
import { createUrlImport } from '../urls/import.ts';
import { urlSchemas } from '../urls/url.ts';
import { createUserImport } from '../users/import.ts';

/**
 * What the commands import with: the functions of the service. Caches are told once, by `forgetAll`, and not with each
 * batch: it makes every replica forget all that it knows of codes, also those that it takes for unknown.
 */
export function createImporters(db: Db, config: Config) {
  const transact = createTransact(db);
  const { nextCode } = createAllocator({
    reserveBlock: () => reserveBlock(db),
    size: blockSize,
    codeMaker: async () => createCodeMaker(await loadSecret(db, config.codeSecret)),
  });
  const schemas = urlSchemas(publicAddress(config));
  const common = { transact, keepIdsAhead };
  const urls = { ...common, schemas, nextCode, forgetCodes: async () => {} };
  return {
    importUsers: createUserImport(common),
    importUrls: createUrlImport({ ...urls, insertEvents }),
    /** For files whose events come beside them. */
    importUrlsWithoutEvents: createUrlImport({ ...urls, insertEvents: async () => {} }),
    importEvents: createEventImport({ ...common, countClicks: countPastClicks }),
    forgetAll: () => moveEpoch(db),
  };
}
