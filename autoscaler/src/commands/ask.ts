import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { type Command, CommandError } from './command.ts';
import { send } from './send.ts';
import { needSettings } from './settings.ts';

const betweenLooks = 500;

const exits = { refused: 3, rolledBack: 4 } as const;

const simple =
  (method: string, path: string, body: (argv: readonly string[]) => unknown = () => undefined): Command =>
  async ({ argv, env, print }) => {
    const answer = await send(needSettings(env).controlSocket, method, path, body(argv));
    print(JSON.stringify(answer.body, null, 2));
    return answer.status < 400 ? 0 : exits.refused;
  };

/** `status`: what the running autoscaler sees, thinks and has been told, as JSON. */
export const status = simple('GET', '/status');
/** `pause`: it touches nothing any more until `resume`. */
export const pause = simple('POST', '/pause');
/** `resume`: ends `pause` and `pin`. */
export const resume = simple('POST', '/resume');
/** `pin N`: N replicas, whatever the load; healing and releases go on. */
export const pin = simple('POST', '/pin', ([count]) => ({ replicas: Number(count) }));

const progress = z.object({
  rollout: z.object({ phase: z.string(), cause: z.string().nullable() }).nullable(),
  replicas: z.array(z.object({ name: z.string(), state: z.string(), release: z.string().nullable() })),
  releases: z.array(z.object({ id: z.string(), outcome: z.string(), cause: z.string().nullable() })),
});
type Progress = z.output<typeof progress>;

const lineOf = ({ replicas, rollout }: Progress, id: string): string => {
  const serving = replicas.filter(({ release, state }) => release === id && state === 'serving').length;
  return `${rollout?.phase ?? 'over'}: ${serving} of ${replicas.length} replicas serve the new release`;
};

/** Follows a release to its end; an autoscaler that restarts meanwhile carries on, and so does this. */
async function follow(socket: string, id: string, limit: number, print: (line: string) => void): Promise<number> {
  const end = Date.now() + limit;
  let last = '';
  while (Date.now() < end) {
    await sleep(betweenLooks);
    const answer = await send(socket, 'GET', '/status').catch(() => undefined);
    const parsed = progress.safeParse(answer?.body);
    if (!parsed.success) continue;
    const line = lineOf(parsed.data, id);
    if (line !== last) print(line);
    last = line;
    const entry = parsed.data.rollout === null ? parsed.data.releases.findLast((one) => one.id === id) : undefined;
    if (entry === undefined) continue;
    print(entry.outcome === 'done' ? `release ${id} serves` : `release ${id} was rolled back: ${entry.cause}`);
    return entry.outcome === 'done' ? 0 : exits.rolledBack;
  }
  throw new CommandError('the release did not end in time: look at `status`');
}

const started = z.object({ result: z.enum(['started', 'unchanged']), release: z.object({ id: z.string() }) });

/**
 * `release IMAGE [--version V] [--by NAME] [--detach]`: rolls to an image by digest, id or tag, or to `previous`, and
 * follows until it serves (exit 0) or has gone back by itself (exit 4). Refused is exit 3.
 */
export const release: Command = async ({ argv, env, print }) => {
  const { positionals, values } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: { version: { type: 'string' }, by: { type: 'string' }, detach: { type: 'boolean', default: false } },
  });
  const [image] = positionals;
  if (image === undefined) throw new CommandError('usage: release IMAGE [--version V] [--by NAME] [--detach]');
  const { controlSocket, releaseTimeout } = needSettings(env);
  const answer = await send(controlSocket, 'POST', '/release', { image, version: values.version, by: values.by });
  const parsed = started.safeParse(answer.body);
  if (!parsed.success) {
    print(JSON.stringify(answer.body, null, 2));
    return exits.refused;
  }
  const { release: next, result } = parsed.data;
  print(result === 'unchanged' ? `release ${next.id} serves already` : `release ${next.id} begins`);
  return result === 'unchanged' || values.detach ? 0 : await follow(controlSocket, next.id, 2 * releaseTimeout, print);
};
