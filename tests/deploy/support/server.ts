import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createRun, type Ran } from '../../../scripts/src/platform/run.ts';
import { ask } from './ask.ts';
import { eventually } from './eventually.ts';
import { checkout, deployKey, docker, environment, name, onServer, ports } from './place.ts';

const git = (...args: readonly string[]) => execFileSync('git', ['-C', checkout, ...args], { encoding: 'utf8' }).trim();

const hostKey = (): string => docker('exec', name, 'cut', '-d', ' ', '-f', '1,2', '/etc/ssh/ssh_host_ed25519_key.pub');

/** What GitHub's environment would hold. */
export const credentials = (): NodeJS.ProcessEnv => ({
  ...environment,
  NODE_TLS_REJECT_UNAUTHORIZED: '1',
  DEPLOY_HOST: `deploy@127.0.0.1:${ports.ssh}`,
  DEPLOY_KEY: readFileSync(deployKey, 'utf8'),
  DEPLOY_KNOWN_HOSTS: `[127.0.0.1]:${ports.ssh} ${hostKey()}`,
});

/** Runs a verb of the project as a person would. */
export const script = (verb: string, args: readonly string[] = [], change: NodeJS.ProcessEnv = {}): Promise<Ran> =>
  createRun({ cwd: checkout, env: { ...credentials(), ...change } })(join(checkout, 'scripts', verb), args, {
    timeout: 1_200_000,
  });

type Change = Readonly<Record<string, string | ((before: string) => string)>>;

/** Commits files of the checkout, each with its text or made from the one before; answers the commit. */
export function commit(change: Change): string {
  for (const [file, text] of Object.entries(change)) {
    const path = join(checkout, file);
    writeFileSync(path, typeof text === 'string' ? text : text(readFileSync(path, 'utf8')));
    git('add', file);
  }
  git('commit', '-q', '--allow-empty', '-m', 'A change');
  return git('rev-parse', 'HEAD');
}

/** A commit that changes what a replica runs. */
export const change = (line: string): string => commit({ 'app/src/main.ts': (before) => `${line}\n${before}` });

/** What is checked out now, and how to get back to it after a commit that was bad. */
export function bookmark(): () => void {
  const good = git('rev-parse', 'HEAD');
  return () => void git('reset', '-q', '--hard', good);
}

export const setting = async (key: string): Promise<string> =>
  (await onServer(`sed -n 's/^${key}=//p' /opt/shortstack/.env`)).trim();

export const psql = (sql: string): Promise<string> =>
  onServer(`docker exec shortstack-postgres-1 psql -U shortstack -d shortstack -XAtqc "${sql}"`);

export async function shorten(url: string): Promise<string> {
  const headers = { authorization: `Bearer ${await setting('API_KEY')}`, 'content-type': 'application/json' };
  const { status, text } = await ask('/shorten', { method: 'POST', headers, body: JSON.stringify({ url }) });
  if (status !== 201) throw new Error(`POST /shorten answered ${status}: ${text}`);
  return (JSON.parse(text) as { short_code: string }).short_code;
}

export const leadsTo = async (code: string): Promise<string | null> => (await ask(`/${code}`)).location;

/** What runs, by service and content of its image: how many replicas there are is the load's affair. */
async function look(): Promise<string[]> {
  const each = `'{{ index .Config.Labels "com.docker.compose.service" }} {{.Image}}'`;
  // Of the stack alone: a deployment that has ended a moment ago may still be there.
  const ids = '$(docker ps -q --filter label=com.docker.compose.project=shortstack)';
  const lines = (await onServer(`docker inspect --format ${each} ${ids}`)).split('\n');
  return [...new Set(lines)].sort();
}

/** The same once no replica of a release before is left: the last one goes a moment after the new one serves. */
export const running = (): Promise<string[]> =>
  eventually('each service has one image', async () => {
    const lines = await look();
    return new Set(lines.map((line) => line.split(' ')[0])).size === lines.length ? lines : undefined;
  });

export const clicksOf = async (code: string): Promise<number> =>
  Number(
    await psql(
      `select count(*) from events e join urls u on u.id = e.url_id where event_type = 'click' and short_code = '${code}'`,
    ),
  );

export const lastRelease = async (): Promise<string> =>
  (await script('releases')).stdout.trim().split('\n').at(-1) ?? '';

/** Stops the machine as a restart does, and starts it. */
export async function restart(): Promise<void> {
  docker('restart', '--time', '60', name);
  await eventually('sshd runs', async () => (await onServer('pgrep -x sshd')) || undefined);
}

export function powerCut(): void {
  docker('kill', '--signal', 'KILL', name);
  docker('start', name);
}
