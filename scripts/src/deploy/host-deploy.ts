import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Run } from '../platform/run.ts';
import { createCompose } from '../stack/compose.ts';
import { firingBefore, tellFailure } from './alerts.ts';
import { type Before, deploySteps } from './host-steps.ts';
import { createJournal } from './journal.ts';
import { pruneImages, pruneTrees } from './prune.ts';
import { createReleaseLog, type LoggedRelease } from './release-log.ts';
import type { DeployRequest } from './request.ts';
import type { Server } from './server.ts';
import { runSteps, undoSteps } from './steps.ts';

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

/** Takes back what a power cut or a kill has left half done. */
export async function undoUnfinished(deps: Deps): Promise<boolean> {
  const { server } = deps;
  const journal = createJournal({ folder: server.state });
  const entry = await journal.read();
  if (!entry) return false;
  server.print(
    `the deployment of ${entry.commit.slice(0, 12)} by ${entry.by} was interrupted at "${entry.begun.at(-1)}"`,
  );
  const request = { commit: entry.commit, images: { APP_IMAGE: entry.imageBefore }, by: entry.by, askedAt: 0 };
  await undoSteps({ journal, print: server.print }, stepsOf(deps, request, entry.imageBefore, unlooked), entry);
  return true;
}

/**
 * Brings a release to serve, or leaves everything as before and throws why; writes either into the log. `backTo` is the
 * number of the release that a rollback goes to.
 */
export async function hostDeploy(deps: Deps, request: DeployRequest, backTo?: number): Promise<LoggedRelease> {
  const { server, now } = deps;
  await mkdir(join(server.state, 'before', 'tree'), { recursive: true });
  await undoUnfinished(deps);
  const log = createReleaseLog({ folder: server.state });
  const start = now();
  const { commit, by, images } = request;
  const imageBefore = await server.imageBefore();
  const add = (outcome: LoggedRelease['outcome'], why: string) =>
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
  try {
    const steps = stepsOf(deps, request, imageBefore, { alerts: await firingBefore(server), at: start });
    const journal = createJournal({ folder: server.state });
    const at = new Date(start).toISOString();
    await runSteps({ journal, print: server.print }, steps, { commit, by, at, imageBefore });
  } catch (error) {
    const why = (error as Error).message.split('\n')[0] ?? '';
    await add('failed', why);
    await tellFailure(server, why);
    throw error;
  }
  const added = await add('serves', backTo === undefined ? '' : `rollback to ${backTo}`);
  const all = await log.read();
  await pruneImages(server, all);
  await pruneTrees(treesIn(server.state), all, now());
  return added;
}
