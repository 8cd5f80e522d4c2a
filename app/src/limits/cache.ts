import { createHash } from 'node:crypto';
import type { RedisClient } from '../platform/redis.ts';
import { slotMilliseconds, slots, type Taken } from './window.ts';

/** window.ts's `take`, in the store: one atomic step for all replicas. */
const script = `
local slot, slots = ${slotMilliseconds}, ${slots}
local now, limit = tonumber(ARGV[1]), tonumber(ARGV[2])
local current = math.floor(now / slot)
local first = current - slots
local counts, used, newest = {}, 0, current
local held = redis.call('HGETALL', KEYS[1])
for i = 1, #held, 2 do
  local at, count = tonumber(held[i]), tonumber(held[i + 1])
  if at < first then
    redis.call('HDEL', KEYS[1], held[i])
  else
    counts[at] = count
    used = used + count
    if at > newest then newest = at end
  end
end
local allowed = 0
if used < limit then
  allowed = 1
  used = used + 1
  counts[current] = redis.call('HINCRBY', KEYS[1], current, 1)
  redis.call('PEXPIRE', KEYS[1], slot * (slots + 1))
end
local freed, reset = 0, 0
for at = first, newest do
  freed = freed + (counts[at] or 0)
  if freed > 0 and used - freed < limit then
    reset = (at + slots + 1) * slot - now
    break
  end
end
return { allowed, used, reset }
`;

const sha = createHash('sha1').update(script).digest('hex');

/** Takes one request out of the window `name`, as window.ts does; rejects where the store does not answer. */
export async function takeShared(client: RedisClient, name: string, now: number, limit: number): Promise<Taken> {
  const input = { keys: [`limit:${name}`], arguments: [String(Math.trunc(now)), String(limit)] };
  const reply = await client.evalSha(sha, input).catch((error: Error) => {
    // A store that was restarted has forgotten the script.
    if (!error.message.startsWith('NOSCRIPT')) throw error;
    return client.eval(script, input);
  });
  const [allowed, used, reset] = reply as unknown as [number, number, number];
  return { allowed: allowed === 1, limit, remaining: Math.max(0, limit - used), reset };
}
