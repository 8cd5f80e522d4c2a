import { setTimeout as sleep } from 'node:timers/promises';
import { addressOf, replicas, upstreamAddresses } from './stack.ts';

type Bounds = { min: number; max: number };

/** How many run, and who stands in the upstream without running. */
async function look(): Promise<{ running: number; dead: string[] }> {
  const upstream = await upstreamAddresses();
  const ids = (await replicas()).filter(({ state }) => state === 'running').map(({ id }) => id);
  const addresses = await Promise.all(ids.map((id) => addressOf(id).catch(() => '')));
  return { running: ids.length, dead: upstream.filter((address) => !addresses.includes(address)) };
}

/**
 * Looks all the time at the bounds that hold whatever happens to the autoscaler; `stop` answers what broke them. Who is
 * seen dead in the upstream must be so twice in a row: the looks at both take a moment, in which one may go.
 */
export function watchBounds({ min, max }: Bounds) {
  const broken: string[] = [];
  let [looks, going, before]: [number, boolean, string[]] = [0, true, []];
  const watching = (async () => {
    while (going) {
      const { dead, running } = await look();
      looks += 1;
      if (running < min || running > max) broken.push(`${running} run`);
      for (const address of dead.filter((one) => before.includes(one))) broken.push(`${address} is in the upstream`);
      before = dead;
      await sleep(200);
    }
  })();
  // Told by `stop`, whenever that comes.
  watching.catch(() => {});
  const stop = async () => {
    going = false;
    await watching;
    return { broken, looks };
  };
  return { stop, [Symbol.asyncDispose]: async () => void (await stop()) };
}
