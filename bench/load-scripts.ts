import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { reportLua } from './wrk.ts';

/** A repeatable stream of numbers in [0, 1) (mulberry32), so that two runs send the same requests. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Draws ranks 0 … n−1 with P(rank k) proportional to 1/(k+1): Zipf's law with exponent 1. */
export function zipf(n: number, random: () => number): () => number {
  const cumulative = new Float64Array(n);
  let sum = 0;
  for (let rank = 0; rank < n; rank += 1) {
    sum += 1 / (rank + 1);
    cumulative[rank] = sum;
  }
  return () => {
    const wanted = random() * sum;
    let low = 0;
    let high = n - 1;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((cumulative[middle] ?? 0) < wanted) low = middle + 1;
      else high = middle;
    }
    return low;
  };
}

/** GETs the paths of a file in order, each thread from another place in it; `pause` is Lua for milliseconds between. */
const pathsLua = (file: string, pause: string): string => `
local paths = {}
for line in io.lines("${file}") do paths[#paths + 1] = line end
local threads = 0
function setup(thread) thread:set("number", threads); threads = threads + 1 end
local requests, at = {}, 0
function init()
  for i, path in ipairs(paths) do requests[i] = wrk.format("GET", path) end
  at = math.floor(number * #requests / 2)
end
function request()
  at = at % #requests + 1
  return requests[at]
end
${pause}
${reportLua}`;

const postLua = (key: string, share: number, rest: string): string => `
local body = '{"original_url":"https://example.com/made/by/the/benchmark"}'
local headers = { ["Content-Type"] = "application/json", ["X-API-Key"] = "${key}" }
local post = nil
local get = nil
local turn = 0
function init()
  post = wrk.format("POST", "/urls", headers, body)
  get = wrk.format("GET", "${rest}")
end
function request()
  turn = turn + 1
  if turn % ${share} == 0 then return post end
  return get
end
${reportLua}`;

/** Visits of people who are at home here: health, users, one user's urls, a create, a look at a url. */
const visitsLua = (key: string, users: readonly number[], urls: number): string => `
local key = { ["X-API-Key"] = "${key}" }
local json = { ["Content-Type"] = "application/json", ["X-API-Key"] = "${key}" }
local users = {${users.join(',')}}
local steps = {
  function() return wrk.format("GET", "/health") end,
  function() return wrk.format("GET", "/users?per_page=20", key) end,
  function(user) return wrk.format("GET", "/urls?user_id=" .. user .. "&per_page=20", key) end,
  function(user)
    return wrk.format("POST", "/urls", json, '{"original_url":"https://example.com/made","title":"Made","user_id":' .. user .. '}')
  end,
  function() return wrk.format("GET", "/urls/" .. math.random(1, ${urls}), key) end,
}
local turn = 0
function request()
  turn = turn + 1
  return steps[turn % #steps + 1](users[math.floor(turn / #steps) % #users + 1])
end
${reportLua}`;

export type Scripts = Readonly<
  Record<'hot' | 'paced' | 'fill' | 'zipf' | 'pacedZipf' | 'unknown' | 'writes' | 'creates' | 'visits', string>
>;

type Input = {
  folder: string;
  codes: readonly string[];
  /** Ids of people who own urls, for `visits`. */
  users?: readonly number[];
  key: string;
  pause: number;
};

const draws = 400_000;

/** Writes the load scripts of all cases. `codes` are the links that exist, the most popular first. */
export async function writeScripts({ folder, codes, users = [], key, pause }: Input): Promise<Scripts> {
  const random = seeded(20_261_120);
  const rank = zipf(codes.length, random);
  const hot = `/${codes[0]}`;
  const files: Record<string, string[]> = {
    hot: [hot],
    fill: codes.map((code) => `/${code}`),
    zipf: Array.from({ length: draws }, () => `/${codes[rank()]}`),
    unknown: Array.from(
      { length: draws },
      () =>
        `/${Math.floor(random() * 36 ** 7)
          .toString(36)
          .padStart(7, '0')}`,
    ),
  };
  for (const [name, paths] of Object.entries(files)) await writeFile(join(folder, `${name}.txt`), paths.join('\n'));
  const paced = `function delay() return math.random(0, ${2 * pause}) end`;
  const path = (name: string) => join(folder, `${name}.txt`);
  const texts: Record<keyof Scripts, string> = {
    hot: pathsLua(path('hot'), ''),
    fill: pathsLua(path('fill'), ''),
    paced: pathsLua(path('hot'), paced),
    zipf: pathsLua(path('zipf'), ''),
    pacedZipf: pathsLua(path('zipf'), paced),
    unknown: pathsLua(path('unknown'), ''),
    writes: postLua(key, 20, hot),
    creates: postLua(key, 1, hot),
    visits: visitsLua(key, users, codes.length),
  };
  const written = Object.entries(texts).map(async ([name, text]) => {
    await writeFile(join(folder, `${name}.lua`), text);
    return [name, join(folder, `${name}.lua`)] as const;
  });
  return Object.fromEntries(await Promise.all(written)) as Scripts;
}
