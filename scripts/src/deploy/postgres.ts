import { ScriptError } from '../platform/run.ts';
import { fetchImage } from '../stack/image.ts';
import { majorOf } from '../upgrade/versions.ts';
import type { DeployRequest } from './request.ts';
import type { Server } from './server.ts';

type Deps = Pick<Server, 'run' | 'compose' | 'settings' | 'print'>;

/** Major versions: of the Postgres whose data are here, and of the one that a release brings. */
type Majors = { here: number; brought: number };

/** Undefined where there are no data yet, and where the release brings none or what is here. */
async function majors(deps: Deps, image: string | undefined): Promise<Majors | undefined> {
  const { run, compose, settings } = deps;
  const container = (await compose.list()).find(({ service }) => service === 'postgres');
  const present = container?.imageId || (await settings())['DATABASE_IMAGE'];
  if (!image || !present || (await fetchImage({ run }, image)).imageId === present) return undefined;
  return { here: await majorOf(run, present), brought: await majorOf(run, image) };
}

/** Throws when a release brings another major version of Postgres, which cannot read the data that are here. */
export async function requireSameMajor(deps: Deps, { images }: DeployRequest): Promise<void> {
  const found = await majors(deps, images.DATABASE_IMAGE);
  if (!found || found.here === found.brought) return;
  throw new ScriptError(
    `the release brings Postgres ${found.brought}, and the data here are of ${found.here}: where images are built, POSTGRES_IMAGE has to be what stands in the server's .env (docs/backups.md)`,
  );
}

/**
 * What to go back to, with the Postgres that is here where that of the release is of another major version, or cannot be
 * had any more: scripts/upgrade-postgres has changed the data since, and the way back from there is its own.
 */
export async function keepPostgres(deps: Deps, request: DeployRequest): Promise<DeployRequest> {
  const why = await majors(deps, request.images.DATABASE_IMAGE).then(
    (found) =>
      !found || found.here === found.brought ? '' : `the release had ${found.brought}, the data are of ${found.here}`,
    (error: Error) => error.message,
  );
  if (why === '') return request;
  deps.print(`Postgres and its backups stay as they are: ${why}`);
  const { DATABASE_IMAGE, BACKUP_IMAGE } = await deps.settings();
  const kept = { ...(DATABASE_IMAGE && { DATABASE_IMAGE }), ...(BACKUP_IMAGE && { BACKUP_IMAGE }) };
  return { ...request, images: { ...request.images, ...kept } };
}
