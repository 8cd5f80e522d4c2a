import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Phase, phasesOf } from '../../../k6/lib/phase.ts';
import { type Workload, workloads } from '../../../k6/lib/workloads.ts';
import type { Api } from './api.ts';
import { expectClicks, readUnanswered } from './clicks.ts';
import { countLoad } from './counting.ts';
import { type Generated, generate } from './generate.ts';
import type { K6 } from './k6.ts';
import { findKnee, type Objective } from './knee.ts';
import { momentsOf } from './moments.ts';
import type { LoadOptions } from './options.ts';
import { type Prepared, prepare } from './prepare.ts';
import { problemsOf } from './problems.ts';
import { readClicks } from './recorded.ts';
import type { LoadResult, Machine } from './result.ts';
import { namedTarget, type Service } from './service.ts';
import { brokenThresholds, createdOf, failuresOf, phaseFigures } from './summary.ts';
import { afterWarmUp, type Look, servicesUse } from './usage.ts';
import type { Watch } from './watch.ts';

type Deps = {
  root: string;
  env: NodeJS.ProcessEnv;
  k6: K6;
  /** Asks the service until the signal. */
  ask: (signal: AbortSignal) => Api;
  service: Service;
  key: string;
  machine: Machine;
  watch: Watch;
  signal: AbortSignal;
  /** Milliseconds that the last click may take. */
  patience: number;
  now: () => number;
  print: (line: string) => void;
};

/** Longest wait for all that is counted, in milliseconds. */
const countingEnds = 3_600_000;

async function readObjective(root: string): Promise<Objective> {
  const { redirect } = JSON.parse(await readFile(join(root, 'monitoring', 'slo.json'), 'utf8'));
  return { availability: redirect.availability, ...redirect.latency_ms };
}

function planned(workload: Workload, { rate, seconds, users }: LoadOptions): Phase[] {
  const { shape: usual } = workload;
  const shape = usual.kind === 'users' && users !== undefined ? { ...usual, users } : usual;
  return phasesOf(shape, {
    rate: rate ?? workload.rate,
    seconds: seconds ?? workload.seconds,
    warmUp: workload.warmUp,
  });
}

const lengthOf = (phases: readonly Phase[]): number => phases.reduce((sum, { seconds }) => sum + seconds, 0);

const settingsFor = ({ service, key }: Deps, { rate, seconds, users }: LoadOptions, prepared: Prepared) => ({
  TARGET: namedTarget(service),
  HOST_NAME: service.name ?? '',
  API_KEY: key,
  PREFIX: prepared.prefix,
  USER_IDS: prepared.userIds.join(','),
  URL_IDS: prepared.urlIds.join(','),
  RATE: `${rate ?? ''}`,
  SECONDS: `${seconds ?? ''}`,
  USERS: `${users ?? ''}`,
});

async function drive(deps: Deps, options: LoadOptions, prepared: Prepared): Promise<Generated & { looks: Look[] }> {
  const { watch, print, signal } = deps;
  const ended = new AbortController();
  const looks = watch(AbortSignal.any([ended.signal, signal]));
  let before = 0;
  try {
    const generated = await generate(deps, {
      scenario: options.scenario,
      env: settingsFor(deps, options, prepared),
      progress: ({ seconds, requests, failed, dropped, users }) => {
        const perSecond = (requests - before).toLocaleString('en').padStart(7);
        print(
          `${seconds.toFixed(0).padStart(5)} s ${perSecond}/s  ${users} clients  ${failed} failed  ${dropped} not sent`,
        );
        before = requests;
      },
    });
    ended.abort();
    return { ...generated, looks: await looks };
  } finally {
    ended.abort();
  }
}

/** Prepares, drives, counts: everything of a run but writing it down. */
export async function runLoad(
  deps: Deps,
  options: LoadOptions,
  command: string,
): Promise<{ result: LoadResult; looks: Look[] }> {
  const workload: Workload = workloads[options.scenario];
  const { ask, machine, patience, print, root, service, now, signal } = deps;
  const target = namedTarget(service);
  const at = new Date(Date.now()).toISOString();
  const rows = options.rows ?? workload.rows;
  const run = Math.floor(Date.now() / 1_000).toString(36);
  const preparing = ask(signal);
  const prepared = await prepare({ api: preparing, run, print }, { ...workload, rows });
  const before = await readClicks({ api: preparing, prepared, links: workload.links });
  const phases = planned(workload, options);
  const start = now();
  const ran = await drive(deps, options, prepared);
  const { summary, cpus, live, looks } = ran;
  const figures = phases.map((phase) => phaseFigures(summary, phase));
  print('counting clicks');
  // Ctrl-C ends the load, not the count of what it has done.
  const counted = await countLoad({
    ...{ prepared, before, patience, links: workload.links, created: createdOf(summary) },
    api: ask(AbortSignal.timeout(countingEnds)),
    expected: expectClicks(workload, new Map(figures.map((each) => [each.phase.name, each])), readUnanswered(ran.log)),
  });
  const { kind } = workload.shape;
  const steps = figures.filter(({ phase }) => phase.name.startsWith('step_'));
  const result: Omit<LoadResult, 'problems'> = {
    format: 1,
    scenario: workload.name,
    question: workload.question,
    ...{ command, at, target, machine },
    phases: figures,
    failures: failuresOf(summary),
    ...{ clicks: counted.clicks, created: counted.created },
    knee: kind === 'climb' ? findKnee(steps, await readObjective(root)) : undefined,
    services: servicesUse(afterWarmUp(looks, workload.warmUp, lengthOf(phases.slice(1)))),
    generatorCpus: cpus,
    moments: momentsOf(live, looks),
  };
  print(`${((now() - start) / 1_000).toFixed(0)} s in all`);
  const problems = [...counted.problems, ...problemsOf(result, kind, brokenThresholds(summary, phases))];
  return { result: { ...result, problems }, looks };
}
