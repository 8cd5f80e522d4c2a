import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Run } from '../platform/run.ts';
import { createCompose } from '../stack/compose.ts';
import { firingBefore } from './alerts.ts';
import { type Before, deploySteps } from './host-steps.ts';
import { createJournal } from './journal.ts';
import { keepPostgres } from './postgres.ts';
import { pruneImages, pruneTrees } from './prune.ts';
import { createReleaseLog, hasServed, type LoggedRelease } from './release-log.ts';
import type { DeployRequest } from './request.ts';
import type { Server } from './server.ts';
import { NotUndone, runSteps, type Step, undoSteps } from './steps.ts';
import { tellFailure, tellNotUndone, tellUndone } from './tell.ts';

type Deps = {
  server: Server;
  project: string;
  /** Runs programs in a folder, with settings from a file. */
  runIn: (folder: string) => Run;
  now: () => number;
};

/** Trees of releases, by commit. */
const treesIn = (state: string): string => join(state, 'trees');

function stepsOf({ server, project, runIn, now }: Deps, request: DeployRequest, imageBefore: string, before: Before) {
  const tree = join(treesIn(server.state), request.commit);
  const incoming = createCompose({ run: runIn(tree), project });
  return deploySteps({ server, request, tree, incoming, imageBefore, now }, before);
}

/** Undoing looks at no alerts: it has to work while everything is down. */
const unlooked: Before = { alerts: { kind: 'unwatched' }, at: 0 };

/**
 * Takes back what a power cut, a kill or an undoing that failed has left half done; throws `NotUndone` when it cannot. What
 * the log says to serve is no longer half done, and stays.
 */
export async function undoUnfinished(deps: Deps): Promise<boolean> {
  const { server } = deps;
  const journal = createJournal({ folder: server.state });
  const entry = await journal.read();
  if (!entry) return false;
  const which = `the deployment of ${entry.commit.slice(0, 12)} by ${entry.by}`;
  if (hasServed(await createReleaseLog({ folder: server.state }).read(), entry)) {
    server.print(`${which} was interrupted when it served already`);
    await journal.close();
    return false;
  }
  server.print(`${which} was interrupted at "${entry.begun.at(-1)}"`);
  const request = { commit: entry.commit, images: { APP_IMAGE: entry.imageBefore }, by: entry.by, askedAt: 0 };
  const steps = stepsOf(deps, request, entry.imageBefore, unlooked);
  await undoSteps({ journal, print: server.print }, steps, entry).catch((left: Error) => {
    throw new NotUndone(`${which}: ${left.message}`, { cause: left });
  });
  return true;
}

/** Undoes what is unfinished, and tells whoever heard that it could not be undone before. */
export async function undoAndTell(deps: Deps): Promise<boolean> {
  const undone = await undoUnfinished(deps);
  if (undone) await tellUndone(deps.server, deps.now());
  return undone;
}

/** Notes what was brought to serve, which may not be all that was asked for: a rollback may keep an image that is here. */
async function deployAnew(
  deps: Deps,
  asked: DeployRequest,
  start: number,
  note: (brought: DeployRequest) => Promise<LoggedRelease>,
): Promise<LoggedRelease> {
  const { server } = deps;
  await undoAndTell(deps);
  const request = asked.urgent ? await keepPostgres(server, asked) : asked;
  const imageBefore = await server.imageBefore();
  const steps = stepsOf(deps, request, imageBefore, { alerts: await firingBefore(server), at: start });
  const journal = createJournal({ folder: server.state });
  const { commit, by } = request;
  const at = new Date(start).toISOString();
  const noted = Promise.withResolvers<LoggedRelease>();
  // While the journal is open: a release that served and is in no log would be passed over by the next rollback.
  const log: Step = { name: 'log', run: async () => noted.resolve(await note(request)) };
  await runSteps({ journal, print: server.print }, [...steps, log], { commit, by, at, imageBefore });
  return await noted.promise;
}

/**
 * Brings a release to serve, or leaves everything as before and throws why (`NotUndone` where that failed, too); writes
 * either into the log, and tells whoever watches of a failure. `backTo` is the number of the release that a rollback goes to.
 */
export async function hostDeploy(deps: Deps, request: DeployRequest, backTo?: number): Promise<LoggedRelease> {
  const { server, now } = deps;
  await mkdir(join(server.state, 'before', 'tree'), { recursive: true });
  const log = createReleaseLog({ folder: server.state });
  const start = now();
  const { commit, by } = request;
  const add = (outcome: LoggedRelease['outcome'], { images }: DeployRequest, why: string) =>
    log.add({
      at: new Date(start).toISOString(),
      commit,
      images: { ...images },
      by,
      outcome,
      note: why,
      ...(backTo !== undefined && { backTo }),
      seconds: Math.round((now() - start) / 1_000),
    });
  const noteServing = (brought: DeployRequest) =>
    add('serves', brought, backTo === undefined ? '' : `rollback to ${backTo}`);
  let added: LoggedRelease;
  try {
    added = await deployAnew(deps, request, start, noteServing);
  } catch (error) {
    const why = (error as Error).message.split('\n')[0] ?? '';
    const tell = () => (error instanceof NotUndone ? tellNotUndone(server, why, now()) : tellFailure(server, why));
    // What cannot be noted, as on a full disk, hides neither the other nor what failed.
    for (const note of [tell, () => add('failed', request, why)])
      await note().catch((unnoted: Error) => server.print(unnoted.message));
    throw error;
  }
  const all = await log.read();
  await pruneImages(server, all);
  await pruneTrees(treesIn(server.state), all, now());
  return added;
}
