import { readFile } from 'node:fs/promises';
import { request } from 'node:http';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseEnv } from 'node:util';
import { createAutoscaler, parseStatus, type Status, serving } from '../../../scripts/src/stack/autoscaler.ts';
import { createCompose, type Listed } from '../../../scripts/src/stack/compose.ts';
import { base, checkout, project } from './place.ts';
import { docker, run } from './programs.ts';

export const stack = createCompose({ run, project });

/** Its own verbs, as people use them: each starts a process in its container. */
export const autoscaler = createAutoscaler({ compose: stack });

/** Where a volume lies on this machine. */
const folders = new Map<string, Promise<string>>();
function folderOf(volume: string): Promise<string> {
  const known =
    folders.get(volume) ?? docker('volume', 'inspect', '--format', '{{.Mountpoint}}', `${project}_${volume}`);
  folders.set(volume, known);
  return known;
}

const get = (socketPath: string, path: string): Promise<string> =>
  new Promise((resolve, reject) => {
    const sent = request({ socketPath, path, timeout: 5_000 }, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (chunk: string) => {
        body += chunk;
      });
      response.on('end', () => resolve(body));
      response.on('error', reject);
    });
    sent.on('timeout', () => sent.destroy(new Error('no answer')));
    sent.on('error', reject).end();
  });

/** What the autoscaler says of itself. By its socket, for a look shall cost what is looked at no CPU. */
export const statusNow = async (): Promise<Status> =>
  parseStatus(await get(join(await folderOf('autoscaler'), 'control.sock'), '/status'));

/** Looks until something is there, and fails with what was waited for and the last reason why it was not. */
export async function eventually<T>(what: string, look: () => Promise<T | undefined>, within = 60_000): Promise<T> {
  const end = Date.now() + within;
  let cause: unknown;
  const failed = (error: unknown) => {
    cause = error;
    return undefined;
  };
  for (;;) {
    const seen = await look().catch(failed);
    if (seen !== undefined) return seen;
    if (Date.now() > end) throw new Error(`not within ${within / 1_000} s: ${what}`, { cause });
    await sleep(100);
  }
}

const settled = ({ replicas, rollout, edge }: Status, count: number): boolean =>
  rollout === null &&
  edge?.state === 'proven' &&
  replicas.length === count &&
  replicas.every(({ state }) => state === 'serving');

/** What keeps a count from settling, in a line. */
function told({ decision, edge, replicas, rollout }: Status): string {
  const each = replicas.map(
    ({ name, state, cpu }) => `${name} ${state} ${cpu === null ? '?' : Math.round(cpu * 100)} %`,
  );
  return JSON.stringify({ decision, edge: edge?.state, rollout: rollout?.phase, replicas: each });
}

/** Waits until just so many replicas are there and all of them serve; says what it saw last when they do not. */
export async function untilServing(count: number, within?: number): Promise<Status> {
  let last = 'no status';
  const look = async () => {
    const status = await statusNow();
    last = told(status);
    return settled(status, count) ? status : undefined;
  };
  return await eventually(`${count} replicas serve`, look, within).catch((error: Error) => {
    throw new Error(`${error.message}; last seen: ${last}`, { cause: error });
  });
}

/** Back to two replicas that follow the load. */
export async function rest(): Promise<Status> {
  await eventually('the autoscaler resumes', async () => autoscaler.ask('resume').catch(() => undefined));
  return await untilServing(2, 120_000);
}

/** Two, no more and no fewer, whatever else this machine has to do meanwhile, until they rest. */
export const holdTwo = (): Promise<string> => autoscaler.ask('pin', '2');

export const servingNames = async (): Promise<string[]> => serving(await statusNow()).map(({ name }) => name);

/** Containers of the replicas, as the engine has them. */
export const replicas = async (): Promise<Listed[]> => (await stack.list()).filter(({ service }) => service === 'app');

/** Addresses in the file that nginx reads. */
export async function upstreamAddresses(): Promise<string[]> {
  const text = await readFile(join(await folderOf('upstream'), 'upstream.conf'), 'utf8');
  return [...text.matchAll(/^\s*server (\S+) (?!down)/gm)].map(([, address = '']) => address);
}

/** How nginx reaches a replica. */
export const addressOf = async (container: string): Promise<string> =>
  `unix:/run/replicas/${await docker('inspect', '--format', '{{.Config.Hostname}}', container)}.sock`;

export const setting = async (name: string): Promise<string> =>
  (parseEnv(await readFile(join(checkout, '.env'), 'utf8')) as Record<string, string>)[name] ?? '';

/** A request with the admin key. */
export async function ask(method: string, path: string, body?: unknown): Promise<Response> {
  const headers = { authorization: `Bearer ${await setting('API_KEY')}`, 'content-type': 'application/json' };
  return await fetch(`${base}${path}`, {
    method,
    headers,
    redirect: 'manual',
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
}

/** A new short link's code. */
export async function shorten(url: string): Promise<string> {
  const response = await ask('POST', '/shorten', { url });
  if (response.status !== 201) throw new Error(`POST /shorten answered ${response.status}: ${await response.text()}`);
  return ((await response.json()) as { short_code: string }).short_code;
}
