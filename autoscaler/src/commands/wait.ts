import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { type Command, CommandError } from './command.ts';
import { send } from './send.ts';
import { needSettings } from './settings.ts';

const usage = 'usage: wait [N] [--within SECONDS]';
const betweenLooks = 200;

const seen = z.object({
  decision: z.object({ desired: z.number() }).nullable(),
  edge: z.object({ state: z.string() }).nullable(),
  replicas: z.array(z.object({ state: z.string() })),
});
type Seen = z.output<typeof seen>;

const serving = ({ replicas }: Seen): number => replicas.filter(({ state }) => state === 'serving').length;

/** Just N serve and no other is left; without N, at least as many as shall be. */
function isThere(now: Seen, count: number | undefined): boolean {
  if (now.edge?.state !== 'proven') return false;
  if (count !== undefined) return serving(now) === count && now.replicas.length === count;
  return now.decision !== null && now.decision.desired > 0 && serving(now) >= now.decision.desired;
}

const lineOf = (now: Seen | undefined, count: number | undefined): string =>
  now ? `${serving(now)} of ${count ?? now.decision?.desired ?? 0} replicas serve` : 'the autoscaler begins';

function read(argv: readonly string[]): { count: number | undefined; within: number } {
  const options = { within: { type: 'string', default: '120' } } as const;
  const { positionals, values } = parseArgs({ args: [...argv], allowPositionals: true, options });
  const [count, ...more] = positionals;
  const numbers = [count ?? '1', values.within];
  if (more.length > 0 || !numbers.every((text) => /^[1-9]\d{0,5}$/.test(text))) throw new CommandError(usage);
  return { count: count === undefined ? undefined : Number(count), within: Number(values.within) * 1_000 };
}

/**
 * `wait [N] [--within SECONDS]`: until N replicas serve and no other is left, or as many as the autoscaler wants; prints
 * what changes meanwhile. Exit 1 when that is not so in time. One process that looks costs less than many that ask.
 */
export const wait: Command = async ({ argv, env, print }) => {
  const { count, within } = read(argv);
  const { controlSocket } = needSettings(env);
  const end = Date.now() + within;
  let last = '';
  for (;;) {
    const answer = await send(controlSocket, 'GET', '/status').catch(() => undefined);
    const now = seen.safeParse(answer?.body).data;
    const line = lineOf(now, count);
    if (line !== last) print(line);
    last = line;
    if (now && isThere(now, count)) return 0;
    if (Date.now() > end) return 1;
    await sleep(betweenLooks);
  }
};
