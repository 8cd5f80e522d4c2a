import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { base } from './place.ts';
import { setting, shorten } from './stack.ts';

const result = z.object({
  requests: z.number(),
  /** Answers with a status from 400. */
  refused: z.number(),
  /** Connections that were refused, reset or timed out. */
  broken: z.number(),
});
export type HeavyResult = z.output<typeof result>;

type Options = { connections: number; pause: number; postEvery: number };

/** Nothing may hang longer: nginx gives up a redirect sooner. */
const patience = '10s';
/** Ends the load when nobody else does. */
const longest = '180s';

const script = (code: string, key: string, { pause, postEvery }: Options): string => `
local turn = 0
local follow, create
function init()
  local headers = { ["Content-Type"] = "application/json", ["Authorization"] = "Bearer ${key}" }
  follow = wrk.format("GET", "/${code}")
  create = wrk.format("POST", "/shorten", headers, '{"url":"https://example.com/made"}')
end
function request()
  turn = turn + 1
  return turn % ${postEvery} == 0 and create or follow
end
function delay() return ${pause} end
function done(summary)
  local e = summary.errors
  io.write(string.format('\\nRESULT {"requests":%d,"refused":%d,"broken":%d}\\n',
    summary.requests, e.status, e.connect + e.read + e.write + e.timeout))
end
`;

/**
 * Keep-alive clients as `startLoad` has them, in a program that costs the machine little beside what it loads: it counts
 * failures and does not say which. `pause` is the time in milliseconds before each client's next request.
 */
export async function startHeavyLoad(options: Options): Promise<{ stop(): Promise<HeavyResult> }> {
  const [code, key] = await Promise.all([shorten('https://example.com/load'), setting('API_KEY')]);
  const folder = await mkdtemp(join(tmpdir(), 'heavy-load-'));
  await writeFile(join(folder, 'load.lua'), script(code, key, options));
  const words = ['-t1', `-c${options.connections}`, `-d${longest}`, '--timeout', patience, '-s', 'load.lua', base];
  const wrk = spawn('wrk', words, { cwd: folder, stdio: ['ignore', 'pipe', 'inherit'] });
  let said = '';
  wrk.stdout.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  const closed = once(wrk, 'close');
  return {
    async stop() {
      wrk.kill('SIGINT');
      await closed;
      await rm(folder, { recursive: true, force: true });
      const line = /^RESULT (.*)$/m.exec(said)?.[1];
      if (line === undefined) throw new Error(`wrk said nothing that can be read:\n${said}`);
      return result.parse(JSON.parse(line));
    },
  };
}
