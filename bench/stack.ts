import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseEnv, promisify } from 'node:util';
import { ScriptError } from '../scripts/src/platform/run.ts';
import { endBySignal } from './end-by-signal.ts';
import { ceilingProject, docker, removeCeiling, startCeiling } from './stack-ceiling.ts';
import { startCost } from './stack-cost.ts';
import type { StackRound } from './stack-report.ts';
import { type Way, wayOf } from './stack-way.ts';
import { reportLua, wrk } from './wrk.ts';

/** The stack that scripts/up has brought up from this checkout. */
type Stack = { project: string; port: number; key: string };
type Link = { id: number; path: string };
type Options = { rounds: number; seconds: number };

const root = join(import.meta.dirname, '..');
const replicas = 2;
const connections = 64;
const warmUpSeconds = 8;
const patience = 120_000;
const betweenLooks = 500;

const scale = (to: string) => promisify(execFile)(join(root, 'scripts', 'scale'), [to], { cwd: root });

/** A container of a service: which number a replica has depends on what the stack has been through. */
async function containerOf(project: string, service: string): Promise<string> {
  const labels = [`project=${project}`, `service=${service}`];
  const found = await docker('ps', '-q', ...labels.flatMap((label) => ['-f', `label=com.docker.compose.${label}`]));
  const [first] = found.split('\n');
  if (!first) throw new ScriptError(`no container of ${service} runs in ${project}: scripts/up`);
  return first;
}

async function readStack(): Promise<Stack> {
  const values = parseEnv(await readFile(join(root, '.env'), 'utf8').catch(() => ''));
  const { COMPOSE_PROJECT_NAME: project = 'shortstack', HTTP_PORT = '80', API_KEY: key, DOMAIN = '' } = values;
  if (!key) throw new ScriptError('There is no stack: EDGE_LIMIT=off RATE_LIMIT=off in .env, then scripts/up');
  if (DOMAIN !== '')
    throw new ScriptError(
      'Plain HTTP is only sent on to HTTPS where there is a DOMAIN: measure a stack without one in .env',
    );
  return { project, port: Number(HTTP_PORT), key };
}

async function ask({ port, key }: Stack, path: string, body?: object): Promise<Record<string, unknown>> {
  const headers = { 'X-API-Key': key, 'Content-Type': 'application/json' };
  const init = body ? { method: 'POST', body: JSON.stringify(body) } : {};
  const response = await fetch(`http://127.0.0.1:${port}${path}`, { headers, ...init });
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
  return (await response.json()) as Record<string, unknown>;
}

const clicksOf = async (stack: Stack, { id }: Link): Promise<number> =>
  Number((await ask(stack, `/urls/${id}`))['click_count']);

/** Waits until every click of the requests is counted; connections that were cut at the end may have added theirs. */
async function settled(stack: Stack, link: Link, expected: number): Promise<number> {
  const end = Date.now() + patience;
  for (;;) {
    const clicks = await clicksOf(stack, link);
    if (clicks >= expected || Date.now() > end) return clicks;
    await sleep(betweenLooks);
  }
}

async function measureRound(stack: Stack, link: Link, ceilingPort: number, burst: { seconds: number; script: string }) {
  const load = { connections, ...burst };
  const readCeiling = await startCost(ceilingProject);
  const ceiling = await wrk({ ...load, port: ceilingPort });
  const ceilingCost = await readCeiling(ceiling.requests);
  const before = await clicksOf(stack, link);
  const read = await startCost(stack.project);
  const result = await wrk({ ...load, port: stack.port });
  if (result.refused > 0)
    throw new ScriptError('Requests were refused: EDGE_LIMIT=off RATE_LIMIT=off in .env, then scripts/up');
  const clicks = (await settled(stack, link, before + result.requests)) - before;
  return { stack: result, ceiling, cost: await read(result.requests), ceilingCost, clicks } satisfies StackRound;
}

/**
 * Redirects of one hot link through the running stack, everything on, against bare servers behind nginx in containers of
 * the same images and limits, reached by nginx in the same way. The stack has two replicas meanwhile.
 */
export async function benchStack({ rounds, seconds }: Options): Promise<{ rounds: StackRound[]; way: Way }> {
  await using owned = new AsyncDisposableStack();
  const stack = await readStack();
  endBySignal(owned);
  owned.defer(async () => void (await scale('auto')));
  await scale(String(replicas));
  const container = (service: string) => containerOf(stack.project, service);
  const nginx = await container('nginx');
  const way = wayOf(await docker('exec', nginx, 'sh', '-c', 'cat /etc/nginx/upstream/*.conf'));
  const models = { nginx, app: await container('app'), count: replicas, way };
  owned.defer(removeCeiling);
  const ceiling = owned.use(await startCeiling(models));
  const { id, short_code: code } = await ask(stack, '/urls', { original_url: 'https://example.com/a/page' });
  const link = { id: Number(id), path: `/${code}` };
  const folder = await mkdtemp(join(tmpdir(), 'bench-stack-'));
  owned.defer(() => rm(folder, { recursive: true, force: true }));
  const script = join(folder, 'hot.lua');
  await writeFile(script, `wrk.path = "${link.path}"\n${reportLua}`);
  const warmUp = { connections, seconds: Math.min(warmUpSeconds, seconds), script };
  await wrk({ ...warmUp, port: stack.port });
  await wrk({ ...warmUp, port: ceiling.port });
  const done: StackRound[] = [];
  for (let round = 1; round <= rounds; round += 1) {
    done.push(await measureRound(stack, link, ceiling.port, { seconds, script }));
    const last = done.at(-1) as StackRound;
    const ratio = (last.stack.perSecond / last.ceiling.perSecond).toFixed(2);
    console.error(`stack ${round}/${rounds}: ${Math.round(last.stack.perSecond)}/s, ratio ${ratio}`);
  }
  return { rounds: done, way };
}
