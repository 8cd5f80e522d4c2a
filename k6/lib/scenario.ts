import { sleep } from 'k6';
import exec from 'k6/execution';
import type { Options } from 'k6/options';
import { edgeOptions } from './edge.ts';
import type { Action } from './mix.ts';
import { executorsOf, thresholdsOf } from './options.ts';
import { phasesOf } from './phase.ts';
import { stepOf, streamOf } from './plan.ts';
import { isRedirect } from './redirect.ts';
import { mayBeDone } from './refusal.ts';
import {
  askEdge,
  askHealth,
  create,
  follow,
  gone,
  listUrls,
  listUsers,
  miss,
  readEvents,
  readOne,
  readStats,
  upload,
} from './requests.ts';
import { settings } from './settings.ts';
import type { Workload } from './workloads.ts';

/**
 * Every so many iterations the edge is asked, too, for what it answers alone: the least that an answer can take on this
 * machine at this moment, with which redirects are compared.
 */
const edgeEvery = 50;

/** Seconds that a person thinks. */
const thinkTime = 0.3;

function visit(index: number): void {
  askHealth();
  listUsers();
  listUrls(index);
  const id = create(index);
  if (id !== undefined) readOne(id);
  sleep(thinkTime);
}

/** Follows, and writes down what was not answered: its click may or may not have been recorded. */
function followed(link: number, index: number, phase: string): void {
  const answer = follow(link);
  if (!isRedirect(answer.status))
    console.warn(`unanswered ${phase} ${index} ${mayBeDone(answer) ? 'unknown' : 'refused'}`);
}

const actions: Readonly<Record<Action, (index: number, link: number, phase: string) => unknown>> = {
  redirect: (index, link, phase) => followed(link, index, phase),
  unknown: miss,
  inactive: gone,
  create,
  list: listUrls,
  stats: readStats,
  events: readEvents,
  bulk: upload,
  health: askHealth,
  classic: visit,
};

/** k6's options for a workload, with what was asked for in its place. */
export function optionsOf(workload: Workload): Options {
  const { name, rate = workload.rate, seconds = workload.seconds, users } = settings;
  const shape = workload.shape.kind === 'users' && users !== undefined ? { ...workload.shape, users } : workload.shape;
  const phases = phasesOf(shape, { rate, seconds, warmUp: workload.warmUp });
  return {
    scenarios: executorsOf(phases),
    thresholds: thresholdsOf(phases),
    ...edgeOptions(name),
    discardResponseBodies: true,
    noConnectionReuse: false,
    summaryTrendStats: ['avg', 'min', 'med', 'p(95)', 'p(99)', 'max'],
    systemTags: ['scenario', 'name', 'status', 'method', 'expected_response'],
    userAgent: 'Mozilla/5.0 (X11; Linux x86_64; rv:150.0) Gecko/20100101 Firefox/150.0',
  };
}

/** What one iteration of a workload does. */
export const iterationOf = (workload: Workload) => (): void => {
  const { name, iterationInTest } = exec.scenario;
  const { action, link } = stepOf(workload, streamOf(name), iterationInTest);
  actions[action](iterationInTest, link, name);
  if (iterationInTest % edgeEvery === 0) askEdge();
};
