import { parseArgs } from 'node:util';
import { measureInbox } from '../clicks/inbox.ts';
import { measureStream } from '../clicks/queue.ts';
import { type Comparison, compareSums, repairSums } from '../clicks/reconcile.ts';
import { countAside } from '../clicks/store.ts';
import { openQueue } from '../compose/queue.ts';
import type { Config } from '../config.ts';
import type { Db } from '../database.ts';
import { type Command, CommandError } from './command.ts';
import { openDatabase } from './open-database.ts';
import { checkReplica } from './replica-clicks.ts';
import { loadConfig } from './settings.ts';

const usage = 'usage: npm run reconcile -- [--repair] [--metrics URL]...   (the /metrics address of each replica)';
/** A history of years takes minutes to read. */
const timeout = 3_600_000;

type Print = (line: string) => void;

function parse(argv: readonly string[]) {
  const options = {
    repair: { type: 'boolean', default: false },
    metrics: { type: 'string', multiple: true, default: [] as string[] },
  } as const;
  try {
    return parseArgs({ args: [...argv], options }).values;
  } catch (cause) {
    throw new CommandError(`${(cause as Error).message}\n${usage}`, { cause });
  }
}

async function showWaiting(config: Config, db: Db, print: Print): Promise<boolean> {
  const inbox = await measureInbox(db);
  if (config.queueUrl) {
    await using queue = openQueue(config.queueUrl);
    const stream = await queue.whenReady(measureStream).catch((cause: Error) => {
      throw new CommandError(`the queue does not answer (${cause.message}): check QUEUE_URL`, { cause });
    });
    print(`queue: ${stream.entries} batches wait`);
  }
  print(`Postgres: ${inbox.batches} batches wait`);
  const aside = await countAside(db);
  if (aside > 0) print(`  differs: ${aside} batches cannot be read and are set aside in click_aside`);
  return aside === 0;
}

function showComparison(print: Print, { since, events, hours, counters, differing, examples }: Comparison): void {
  print(`history since ${since?.toISOString() ?? 'ever'}: ${events} clicks in events, ${hours} in the hours' sums`);
  print(`click_count of all urls: ${counters}`);
  for (const { urlId, what, expected, found } of examples) {
    print(`  differs: url ${urlId}, ${what}: ${found} instead of ${expected}`);
  }
  if (differing > examples.length) print(`  and ${differing - examples.length} more`);
}

async function checkSums(db: Db, repair: boolean, print: Print): Promise<boolean> {
  const comparison = await compareSums(db);
  showComparison(print, comparison);
  if (comparison.differing === 0 || !repair) return comparison.differing === 0;
  await repairSums(db);
  const after = await compareSums(db);
  print(after.differing === 0 ? 'repaired: sums and counts are what the history says' : 'the repair did not help');
  return after.differing === 0;
}

/** What this run says nothing of. */
function showLeftOut(replicas: number, print: Print): void {
  if (replicas === 0)
    print('not compared: answered redirects with recorded clicks, as no --metrics URL names a replica');
  print('not compared: unique visitors, as the history does not know who they were');
}

/** What holds where nothing differs: without a replica's figures nobody knows whether each redirect has its click. */
const conclusion = (good: boolean, replicas: number): string => {
  if (!good) return 'clicks differ';
  return replicas === 0 ? 'every sum is what the history says' : 'every click is where it should be';
};

/**
 * `reconcile`: follows the clicks from the answered redirects of the replicas that it is given, over what waits, to the
 * sums and counts, and says what differs and what was not compared. 0 when nothing differs, also after `--repair` made it
 * so; 1 when something does.
 */
export const reconcile: Command = async (context) => {
  const { repair, metrics } = parse(context.argv);
  const { print } = context;
  const config = loadConfig(context);
  await using database = await openDatabase(config, timeout);
  const { db } = database;
  const checks: boolean[] = [];
  for (const url of metrics) checks.push(await checkReplica(url, { db, queueUrl: config.queueUrl, print }));
  checks.push(await showWaiting(config, db, print));
  checks.push(await checkSums(db, repair, print));
  const good = checks.every(Boolean);
  showLeftOut(metrics.length, print);
  print(conclusion(good, metrics.length));
  return good ? 0 : 1;
};
