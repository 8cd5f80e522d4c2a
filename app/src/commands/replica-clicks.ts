import { setTimeout as sleep } from 'node:timers/promises';
import { type Answered, missingClicks, readAnswered } from '../clicks/answered.ts';
import {
  type Elsewhere,
  findClicks,
  idsAside,
  idsInInbox,
  idsInStream,
  type Whereabouts,
} from '../clicks/whereabouts.ts';
import { openQueue } from '../compose/queue.ts';
import type { Db } from '../database.ts';
import { CommandError } from './command.ts';

type Deps = { db: Db; queueUrl: string | undefined; print: (line: string) => void };

const metricsTimeout = 5_000;
/** A replica tells what it has in memory once a second: what differs is looked at again for longer than that. */
const looks = 4;
const betweenLooks = 500;

async function ask(url: string): Promise<Answered> {
  const response = await fetch(url, { signal: AbortSignal.timeout(metricsTimeout) }).catch((cause: Error) => {
    throw new CommandError(`${url} does not answer (${cause.message})`, { cause });
  });
  if (!response.ok) throw new CommandError(`${url} answers ${response.status}`);
  return readAnswered(await response.text());
}

async function idsInQueue(queueUrl: string | undefined): Promise<string[]> {
  if (!queueUrl) return [];
  await using queue = openQueue(queueUrl);
  return await queue.whenReady(idsInStream).catch((cause: Error) => {
    throw new CommandError(`the queue does not answer (${cause.message}): check QUEUE_URL`, { cause });
  });
}

/** In the order in which a batch may go from one place to the next. */
async function lookElsewhere({ db, queueUrl }: Deps): Promise<Elsewhere> {
  const inStream = await idsInQueue(queueUrl);
  const waiting = [...inStream, ...(await idsInInbox(db))];
  return { waiting, aside: await idsAside(db) };
}

type Look = { answered: Answered; found: Whereabouts | undefined; lost: number };

/** The metrics first: what they count is somewhere by then. */
async function look(url: string, deps: Deps): Promise<Look> {
  const answered = await ask(url);
  const { recorded, buffered, dropped, maker, since } = answered;
  if (maker === undefined) return { answered, found: undefined, lost: 0 };
  const most = recorded + buffered + dropped;
  const found = await findClicks(deps.db, { maker, since, most }, await lookElsewhere(deps));
  const missing = most - found.forgotten - found.ingested - found.waiting - found.aside;
  // What is in memory may be in the queue as well: an append that was not answered may have arrived.
  return { answered, found, lost: Math.max(0, missing - buffered - dropped) };
}

function showFound({ forgotten, ingested, waiting, aside }: Whereabouts): string {
  const old = forgotten > 0 ? `, ${forgotten} too old to be looked for` : '';
  return `  of them ${ingested} in the history, ${waiting} waiting, ${aside} set aside${old}`;
}

function show(print: Deps['print'], url: string, { answered, found, lost }: Look): void {
  const { redirects, recorded, buffered, dropped } = answered;
  print(`${url}: ${redirects} redirects, ${recorded} clicks recorded, ${buffered} in memory, ${dropped} dropped`);
  const unrecorded = missingClicks(answered);
  if (unrecorded !== 0) print(`  differs: ${unrecorded > 0 ? `${unrecorded} missing` : `${-unrecorded} too many`}`);
  print(found ? showFound(found) : '  where they are is not known: its release does not say which batches are its own');
  if (lost > 0) print(`  differs: ${lost} recorded, and neither in the history nor waiting`);
}

const isGood = ({ answered, lost }: Look): boolean =>
  missingClicks(answered) === 0 && answered.dropped === 0 && lost === 0;

/**
 * Follows the clicks of the replica whose metrics are at `url` from the redirects that it answered since it began to the
 * history, and prints where they are; true where none is missing.
 */
export async function checkReplica(url: string, deps: Deps): Promise<boolean> {
  let last = await look(url, deps);
  for (let n = 1; n < looks && !isGood(last); n += 1) {
    await sleep(betweenLooks);
    last = await look(url, deps);
  }
  show(deps.print, url, last);
  return isGood(last);
}
