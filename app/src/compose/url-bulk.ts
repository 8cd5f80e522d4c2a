import type { ShortCode } from '../codes/short-code.ts';
import { publicAddress } from '../config.ts';
import { insertEvents } from '../events/store.ts';
import type { Route } from '../http/route.ts';
import { keepIdsAhead } from '../platform/sequence.ts';
import { createTransact } from '../platform/transact.ts';
import { urlBulkRoutes } from '../urls/bulk-routes.ts';
import { createUrlImport } from '../urls/import.ts';
import { urlSchemas } from '../urls/url.ts';
import { uploadLimits } from './body-limits.ts';
import type { Core } from './core.ts';

type Needs = {
  nextCode: () => Promise<ShortCode>;
  forgetCodes: (codes: readonly ShortCode[]) => Promise<void>;
};

/** Many urls at once, on the connections for long work. */
export function composeUrlBulk({ background: db, config, bodyRoom }: Core, needs: Needs): Route[] {
  const address = publicAddress(config);
  const transact = createTransact(db);
  const schemas = urlSchemas(address);
  const deps = { schemas, transact, keepIdsAhead, insertEvents, ...needs };
  const importUrls = createUrlImport(deps);
  return urlBulkRoutes({ db, importUrls, schemas, publicAddress: address, bulkLimits: uploadLimits(config, bodyRoom) });
}
