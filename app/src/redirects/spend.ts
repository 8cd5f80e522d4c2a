import type { ShortCode } from '../codes/short-code.ts';
import { unavailable } from '../http/problem.ts';
import type { Spent, Use } from './store.ts';

type Deps = { spendUses: (code: ShortCode, wanted: number) => Promise<Spent | null> };

type Waiting = { resolve: (use: Use) => void; reject: (error: unknown) => void };
type Group = { waiting: Waiting[] };

/** Requests that may wait for one link's uses; more are refused at once. */
const mostWaiting = 10_000;

/**
 * Takes one use of a limited link for each caller. One statement a link is under way at a time; who comes meanwhile
 * shares the next one, so that a thousand requests for one link are a few statements.
 */
export function createSpend({ spendUses }: Deps): (code: ShortCode) => Promise<Use> {
  const groups = new Map<ShortCode, Group>();

  const take = async (code: ShortCode, group: Group): Promise<void> => {
    const batch = group.waiting.splice(0);
    try {
      const spent = await spendUses(code, batch.length);
      batch.forEach(({ resolve }, index) => {
        resolve(spent && { link: spent.link, granted: !spent.link.limited || index < spent.granted });
      });
    } catch (error) {
      // Those behind share the fate instead of waiting out the same time-out once more.
      for (const { reject } of [...batch, ...group.waiting.splice(0)]) reject(error);
    }
  };

  const drain = async (code: ShortCode, group: Group): Promise<void> => {
    while (group.waiting.length > 0) await take(code, group);
    groups.delete(code);
  };

  return (code) =>
    new Promise((resolve, reject) => {
      const group = groups.get(code);
      if (group && group.waiting.length >= mostWaiting) return reject(unavailable('Too many requests for this link'));
      if (group) return void group.waiting.push({ resolve, reject });
      const started: Group = { waiting: [{ resolve, reject }] };
      groups.set(code, started);
      void drain(code, started);
      return undefined;
    });
}
