import type { RefinedResponse, ResponseType } from 'k6/http';
import { Counter, Rate, Trend } from 'k6/metrics';
import { figures } from './figures.ts';
import { isRedirect, leadsRight } from './redirect.ts';
import { isShed } from './refusal.ts';

const started = new Counter(figures.started);
const answered = new Counter(figures.answered);
const failed = new Rate(figures.failed);
const redirect = new Trend(figures.redirect, true);
const apiFailed = new Rate(figures.apiFailed);
const api = new Trend(figures.api, true);
const edge = new Trend(figures.edge, true);
const created = new Counter(figures.created);
const shed = new Counter(figures.shed);
const shedRedirects = new Counter(figures.shedRedirects);
const shedTime = new Trend(figures.shedTime, true);
const shedTold = new Rate(figures.shedTold);
const silent = new Counter(figures.silent);
const broken = new Counter(figures.broken);
const unexpected = new Counter(figures.unexpected);

type Answer = RefinedResponse<ResponseType | undefined>;

function countFailure(answer: Answer): void {
  if (isShed(answer)) {
    shed.add(1);
    shedTime.add(answer.timings.duration);
    shedTold.add(answer.headers['Retry-After'] !== undefined);
  } else if (answer.status === 0) silent.add(1);
  else if (answer.status >= 500) broken.add(1);
  else unexpected.add(1);
}

/** Before a redirect is asked for: one that never comes back has been asked for all the same. */
export const countStart = (): void => started.add(1);

/** Counts the answer to a redirect of a link. One to another place was answered, and is a failure. */
export function countRedirect(answer: Answer, link: number): void {
  const good = leadsRight(answer.status, answer.headers['Location'], link);
  failed.add(!good);
  if (isRedirect(answer.status)) answered.add(1);
  if (good) redirect.add(answer.timings.duration);
  else {
    if (isShed(answer)) shedRedirects.add(1);
    countFailure(answer);
  }
}

/** Counts any other answer; whether it had the wanted status. */
export function countApi(answer: Answer, wanted: number): boolean {
  const good = answer.status === wanted;
  apiFailed.add(!good);
  if (good) api.add(answer.timings.duration);
  else countFailure(answer);
  return good;
}

/** Counts an answer of the edge's own, whatever it was. */
export function countEdge(answer: Answer): void {
  if (answer.status !== 0) edge.add(answer.timings.duration);
}

export const countCreated = (urls: number): void => created.add(urls);
