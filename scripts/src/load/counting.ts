import type { Api } from './api.ts';
import { checkClicks, type Expected } from './clicks.ts';
import type { Prepared } from './prepare.ts';
import { awaitClicks } from './recorded.ts';
import type { LoadResult } from './result.ts';

type Counting = {
  api: Api;
  prepared: Prepared;
  links: number;
  /** Clicks that each link had before the load, and those that it must have. */
  before: Uint32Array;
  expected: Expected;
  /** Links that were created and answered. */
  created: number;
  /** Milliseconds that clicks may take. */
  patience: number;
};

export type Counted = Pick<LoadResult, 'clicks' | 'created'> & { problems: string[] };

async function findCreated(api: Api, userIds: readonly number[]): Promise<number> {
  let count = 0;
  for (const user of userIds) for await (const _ of api.urlsOf(user)) count += 1;
  return count;
}

/**
 * What the service holds after a load, against what it has answered. From one that answers nobody any more it is nothing, and
 * that is a problem: what the load has found until then is not to be lost.
 */
export async function countLoad(counting: Counting): Promise<Counted> {
  const { api, created, expected, prepared } = counting;
  try {
    const clicks = await awaitClicks(counting);
    const found = await findCreated(api, prepared.userIds);
    return { clicks, created: { answered: created, found }, problems: [] };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return {
      clicks: { ...checkClicks(expected, []), seconds: 0 },
      created: { answered: created, found: 0 },
      problems: [`nothing could be counted, so that everything counts as missing: ${why}`],
    };
  }
}
