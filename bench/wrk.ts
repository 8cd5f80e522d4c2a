import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { endWithUs } from './end-with-us.ts';

const run = promisify(execFile);

export type Load = { port: number; seconds: number; connections: number; script: string };

export type LoadResult = {
  requests: number;
  perSecond: number;
  /** Responses with a status from 400. */
  refused: number;
  /** Connections that broke or timed out. */
  broken: number;
  p50: number;
  p99: number;
  max: number;
};

/** Lua that every load script ends with: one line of JSON, latencies in milliseconds. */
export const reportLua = `
function done(summary, latency)
  local e = summary.errors
  io.write(string.format(
    '\\nRESULT {"requests":%d,"micros":%d,"refused":%d,"broken":%d,"p50":%.3f,"p99":%.3f,"max":%.3f}\\n',
    summary.requests, summary.duration, e.status, e.connect + e.read + e.write + e.timeout,
    latency:percentile(50) / 1000, latency:percentile(99) / 1000, latency.max / 1000))
end
`;

/** Runs wrk against a local port, bounded in time and connections. */
export async function wrk({ port, seconds, connections, script }: Load): Promise<LoadResult> {
  const args = [
    '-t2',
    `-c${connections}`,
    `-d${seconds}s`,
    '--timeout',
    '5s',
    '-s',
    script,
    `http://127.0.0.1:${port}`,
  ];
  const running = run('wrk', args, { timeout: (seconds + 60) * 1_000 });
  endWithUs(running.child);
  const { stdout } = await running;
  const line = stdout.split('\n').find((each) => each.startsWith('RESULT '));
  if (!line) throw new Error(`wrk said nothing that can be read:\n${stdout}`);
  const { micros, ...rest } = JSON.parse(line.slice('RESULT '.length)) as LoadResult & { micros: number };
  return { ...rest, perSecond: rest.requests / (micros / 1e6) };
}
