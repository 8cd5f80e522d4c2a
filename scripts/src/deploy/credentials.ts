import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { must, type Run, ScriptError } from '../platform/run.ts';

/** What ssh is given; without it, what ssh finds by itself. */
export type Credentials = {
  /** Where our agent listens that has the key, and the file of the public key: nothing else is offered. */
  key: { agent: string; publicKey: string } | undefined;
  knownHosts: string | undefined;
};

type Deps = { run: Run; env: NodeJS.ProcessEnv };

// Its standard input ends when we do, however that happens, and the agent with it. Ctrl-C in a terminal reaches it too,
// and must not end it before what uses it.
const untilWeEnd = "trap '' INT TERM HUP; echo; cat > /dev/null; kill $SSH_AGENT_PID";

/** An agent of our own that keeps a private key in its memory for as long as we live: the key is no file. */
async function startAgent({ run, env }: Deps, socket: string, privateKey: string) {
  const child = spawn('ssh-agent', ['-a', socket, 'sh', '-c', untilWeEnd], { env, stdio: ['pipe', 'pipe', 'ignore'] });
  const ended = once(child, 'close').catch(() => {});
  const release = async () => {
    child.stdin.end();
    await ended;
  };
  try {
    const begun = await Promise.race([once(child.stdout, 'data'), ended.then(() => undefined)]);
    if (!begun) throw new ScriptError('DEPLOY_KEY needs ssh-agent, and it does not start');
    const ask = { SSH_AUTH_SOCK: socket, SSH_ASKPASS_REQUIRE: 'never' };
    await must(run('ssh-add', ['-q', '-'], { input: `${privateKey.trim()}\n`, env: ask }), 'reading DEPLOY_KEY');
    return { publicKey: await must(run('ssh-add', ['-L'], { env: ask }), 'reading DEPLOY_KEY'), release };
  } catch (error) {
    await release();
    throw error;
  }
}

/** Holds the key and the pinned host key from the environment for ssh, as long as `use` takes. */
export async function withCredentials<T>(deps: Deps, use: (credentials: Credentials) => Promise<T>): Promise<T> {
  const { DEPLOY_KEY, DEPLOY_KNOWN_HOSTS } = deps.env;
  await using stack = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), 'deploy-'));
  stack.defer(() => rm(folder, { recursive: true, force: true }));
  async function keep(name: string, text: string): Promise<string> {
    await writeFile(join(folder, name), `${text.trim()}\n`, { mode: 0o600 });
    return join(folder, name);
  }
  const knownHosts = DEPLOY_KNOWN_HOSTS ? await keep('known_hosts', DEPLOY_KNOWN_HOSTS) : undefined;
  if (!DEPLOY_KEY) return await use({ key: undefined, knownHosts });
  const agent = join(folder, 'agent');
  const { publicKey, release } = await startAgent(deps, agent, DEPLOY_KEY);
  stack.defer(release);
  return await use({ key: { agent, publicKey: await keep('key.pub', publicKey) }, knownHosts });
}
