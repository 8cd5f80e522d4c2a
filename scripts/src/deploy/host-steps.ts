import { ScriptError } from '../platform/run.ts';
import type { Compose } from '../stack/compose.ts';
import { type Firing, quietTime, requireQuiet } from './alerts.ts';
import { applyEdge, checkTree } from './edge.ts';
import { createKept, type Kept } from './kept.ts';
import { requireSameMajor } from './postgres.ts';
import { preflight } from './preflight-step.ts';
import type { DeployRequest } from './request.ts';
import type { Server } from './server.ts';
import type { Step } from './steps.ts';
import { writeTools } from './tools.ts';
import { lendSecrets, syncTree } from './tree.ts';

export type StepDeps = {
  server: Server;
  request: DeployRequest;
  /** The tree of the release, and Compose as it would be with it. */
  tree: string;
  incoming: Compose;
  /** What served when the deployment began; empty at the first one. */
  imageBefore: string;
  now: () => number;
};

/** What fired when the deployment began, and when that was, in milliseconds since 1970. */
export type Before = { alerts: Firing; at: number };

const lookEvery = 2_000;

const images = ({ server, request }: StepDeps): Step => ({
  name: 'images',
  async run() {
    for (const image of Object.values(request.images)) await server.provideImage(image);
  },
});

const configuration = ({ server, request, tree, incoming, imageBefore }: StepDeps): Step => ({
  name: 'configuration',
  async run() {
    await requireSameMajor(server, request);
    await lendSecrets(server.root, tree);
    await checkTree(incoming, imageBefore === '');
  },
});

/** Has a backup made here; throws when there is none. One elsewhere is made as well where that can be. */
async function backUp({ server: { keeper, print }, now }: StepDeps): Promise<void> {
  const asked = Math.floor(now() / 1_000);
  try {
    await keeper.ask('backup', 'diff');
  } catch (error) {
    const all = await keeper.list().catch(() => []);
    // After a migration that went wrong the one here is restored; storage elsewhere catches up by itself.
    if (!all.some(({ repository, start, damaged }) => repository === 1 && start >= asked && !damaged)) throw error;
    print('warning: the backup here is made, the one elsewhere is not; it is made when that can be reached again');
  }
}

const backup = (deps: StepDeps): Step => ({
  name: 'backup',
  async run() {
    const { server, request, imageBefore } = deps;
    if (imageBefore === '') return server.print('nothing to back up yet');
    const asked = server.pendingMigrations(request.images.APP_IMAGE ?? '');
    // The database may be what has to be gone back for.
    const pending = await (request.urgent ? asked.catch((error: Error) => error) : asked);
    if (pending instanceof Error) return server.print(`nothing is backed up before: ${pending.message}`);
    if (pending.length === 0) return server.print('no migration is pending');
    server.print(`before ${pending.join(', ')}`);
    await backUp(deps);
  },
});

const keptOf = ({ server: { root, state }, imageBefore }: StepDeps): Kept =>
  createKept({ root, state, first: imageBefore === '' });

/** A step of its own: files are only given back from a copy that is known to be whole. */
const copy = (deps: StepDeps): Step => ({
  name: 'copy',
  run: () => keptOf(deps).keep(),
});

/** Files and settings of the release take the place of those before. */
function files(deps: StepDeps): Step {
  const { server, request, tree, imageBefore } = deps;
  return {
    name: 'files',
    // By which the others know what was there before.
    undoFirst: true,
    async run() {
      const { APP_IMAGE: _served, ...others } = request.images;
      if (others.TOOLS_IMAGE) await writeTools(server.state, others.TOOLS_IMAGE);
      const changed = await syncTree(tree, server.root);
      await server.remember(others);
      // A release may need secrets that there were none of yet, and what containers read may be another.
      await server.prepare(request.urgent ?? false);
      server.print(`${changed.length} files differ`);
    },
    async undo() {
      // Before the first release nothing ran; afterwards there is no Compose file to say what there is to stop.
      if (imageBefore === '') await server.takeDown();
      await keptOf(deps).giveBack();
    },
  };
}

const replicas = ({ server, request, imageBefore }: StepDeps): Step => ({
  name: 'replicas',
  run: () => server.serve(request.images.APP_IMAGE ?? '', imageBefore === ''),
  async undo() {
    if (imageBefore !== '') await server.serve(imageBefore, false);
  },
});

const sidecars = ({ server, imageBefore }: StepDeps): Step => ({
  name: 'services',
  // It takes a Postgres, an autoscaler and its gate that work to have the replicas before serve.
  undoFirst: true,
  run: () => server.startServices(),
  async undo() {
    if (imageBefore !== '') await server.startServices();
  },
});

const edge = ({ server, imageBefore }: StepDeps): Step => ({
  name: 'edge',
  run: () => applyEdge(server),
  async undo() {
    if (imageBefore !== '') await applyEdge(server);
  },
});

function smoke({ server }: StepDeps): Step {
  return {
    name: 'smoke test',
    async run() {
      const wrong = await server.smoke();
      if (wrong.length > 0) throw new ScriptError(wrong.join('; '));
    },
  };
}

function quiet({ server }: StepDeps, { alerts, at }: Before): Step {
  return {
    name: 'quiet',
    async run() {
      if (alerts.kind === 'unwatched') return server.print('no Alertmanager has watched');
      if (alerts.kind === 'silent')
        return server.print(`not looked at: Alertmanager did not say what fired before (${alerts.why})`);
      const end = performance.now() + (await quietTime(server, at));
      while (performance.now() < end) {
        await requireQuiet(server, alerts.names);
        await new Promise((resolve) => setTimeout(resolve, lookEvery));
      }
    },
  };
}

/**
 * Replicas first, then what else has changed. Who goes back meets the same states the other way round, and needs it so: what
 * is gone back for may be Postgres, the autoscaler or its gate, without which no replica changes.
 */
function changing(deps: StepDeps): Step[] {
  const there = [replicas(deps), sidecars(deps)];
  return deps.request.urgent ? there.toReversed() : there;
}

/** A deployment, in the order in which it happens; nothing is changed before the step "files". Asks nothing yet. */
export const deploySteps = (deps: StepDeps, before: Before): Step[] => [
  preflight(deps, before.at),
  images(deps),
  configuration(deps),
  backup(deps),
  copy(deps),
  files(deps),
  ...changing(deps),
  edge(deps),
  smoke(deps),
  quiet(deps, before),
];
