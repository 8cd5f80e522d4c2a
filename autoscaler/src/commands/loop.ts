import { createAct } from '../act.ts';
import type { IntentStore } from '../control/intent.ts';
import type { EdgeResult } from '../edge/edge.ts';
import { countOldWorkers, createEdge } from '../edge/nginx.ts';
import { createReload } from '../edge/reload.ts';
import { createUpstreamFile } from '../edge/upstream-file.ts';
import { wantedUpstream } from '../edge/wanted.ts';
import type { Engine } from '../engine/engine.ts';
import { answeredSince, type Figures } from '../observe/figures.ts';
import { createHost } from '../observe/host.ts';
import { createObserve } from '../observe/observe.ts';
import { fetchText, probe, touch } from '../observe/probe.ts';
import { pageAt } from '../observe/reach.ts';
import { replaceFile } from '../platform/replace-file.ts';
import { decidePolicy, lifePolicy, releasePolicy, upstreamShape } from '../policies.ts';
import { createReconcile } from '../reconcile.ts';
import { createSettle } from '../release/settle.ts';
import { createStep } from '../replicas/step.ts';
import type { LiveSettings } from './settings.ts';

type Parts = {
  settings: LiveSettings['current'];
  engine: Engine;
  intent: IntentStore;
  figures: Figures;
  now: () => number;
};

function buildEdge({ engine, now, settings }: Parts) {
  const file = createUpstreamFile({ path: () => settings().upstreamFile, replace: replaceFile });
  const generation = async (signal: AbortSignal): Promise<number> => {
    const { generationUrl, probeTimeout } = settings();
    return Number(await fetchText(generationUrl, probeTimeout, signal));
  };
  const proofTimeout = () => settings().proofTimeout;
  const reload = createReload({ engine, file, generation, now, proofTimeout });
  return createEdge({ file, generation, now, reload, shape: () => upstreamShape(settings()) });
}

function buildAct({ engine, now, settings }: Parts, edge: ReturnType<typeof buildEdge>) {
  const answers = (address: string, signal: AbortSignal): Promise<boolean> =>
    probe(pageAt(address, settings().readyPath), settings().probeTimeout, signal).then(
      () => true,
      () => false,
    );
  return createAct({
    step: createStep({
      engine,
      touch: (address, page, timeout, signal) => touch(pageAt(address, page), timeout, signal),
      settings,
      now,
      oldWorkers: (container, signal) => countOldWorkers(engine, container, signal),
    }),
    sync: (container, wanted, view, signal): Promise<EdgeResult> => edge.sync(container, wanted, view, signal),
    wanted: (rotation, file, signal) => wantedUpstream(rotation, file, answers, signal),
  });
}

/** Joins everything that one tick needs. */
export function buildLoop(parts: Parts) {
  const { engine, figures, intent, now, settings } = parts;
  const edge = buildEdge(parts);
  return createReconcile({
    observe: createObserve({
      engine,
      probe,
      answeredSince: (address, time) => answeredSince(figures, address, time),
      host: createHost({ proc: settings().proc }),
      settings,
      now,
    }),
    lookAtEdge: edge.look,
    act: buildAct(parts, edge),
    settle: createSettle({ intent, figures, now, policy: () => releasePolicy(settings()) }),
    intent: intent.current,
    figures,
    policies: () => {
      const current = settings();
      const { inFlightMax, lagMax, mode, tick } = current;
      return {
        mode,
        tick,
        decide: decidePolicy(current),
        life: lifePolicy(current),
        release: releasePolicy(current),
        scales: { inFlightMax, lagMax },
      };
    },
    now,
  });
}
