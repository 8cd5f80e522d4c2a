import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Workload, workloads } from '../../../k6/lib/workloads.ts';
import type { Api } from './api.ts';
import { expectClicks, readUnanswered } from './clicks.ts';
import { countLoad } from './counting.ts';
import { type DriveDeps, drive, planned } from './drive.ts';
import { foundIn } from './found.ts';
import type { Objective } from './knee.ts';
import type { LoadOptions } from './options.ts';
import { prepare } from './prepare.ts';
import { readClicks } from './recorded.ts';
import type { LoadResult, Machine } from './result.ts';
import { namedTarget } from './service.ts';
import { createdOf, phaseFigures } from './summary.ts';
import type { Look } from './usage.ts';

type Deps = DriveDeps & {
  /** Asks the service until the signal. */
  ask: (signal: AbortSignal) => Api;
  machine: Machine;
  /** Milliseconds that the last click may take. */
  patience: number;
};

/** Longest wait for all that is counted, in milliseconds. */
const countingEnds = 3_600_000;

async function readObjective(root: string): Promise<Objective> {
  const { redirect } = JSON.parse(await readFile(join(root, 'monitoring', 'slo.json'), 'utf8'));
  return { availability: redirect.availability, ...redirect.latency_ms };
}

/** Prepares, drives, counts: everything of a run but writing it down. */
export async function runLoad(
  deps: Deps,
  options: LoadOptions,
  command: string,
): Promise<{ result: LoadResult; looks: Look[] }> {
  const workload: Workload = workloads[options.scenario];
  const { ask, machine, patience, print, root, service, now, signal } = deps;
  const at = new Date(Date.now()).toISOString();
  const rows = options.rows ?? workload.rows;
  const run = Math.floor(Date.now() / 1_000).toString(36);
  const preparing = ask(signal);
  const prepared = await prepare({ api: preparing, run, print }, { ...workload, rows });
  const before = await readClicks({ api: preparing, prepared, links: workload.links });
  const start = now();
  const driven = await drive(deps, options, prepared);
  const figures = planned(workload, options).map((phase) => phaseFigures(driven.summary, phase));
  const ran = new Map(figures.map((each) => [each.phase.name, each]));
  print('counting clicks');
  // Ctrl-C ends the load, not the count of what it has done.
  const counted = await countLoad({
    ...{ prepared, before, patience, links: workload.links, created: createdOf(driven.summary) },
    api: ask(AbortSignal.timeout(countingEnds)),
    expected: expectClicks(workload, ran, readUnanswered(driven.log)),
  });
  const result: LoadResult = {
    format: 1,
    question: workload.question,
    ...{ command, at, target: namedTarget(service), machine },
    ...foundIn(workload, { driven, figures, counted }, await readObjective(root)),
  };
  print(`${((now() - start) / 1_000).toFixed(0)} s in all`);
  return { result, looks: driven.looks };
}
