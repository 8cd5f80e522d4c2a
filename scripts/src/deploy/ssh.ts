import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { endWith, must, type Run, ScriptError } from '../platform/run.ts';
import type { Credentials } from './credentials.ts';
import type { Destination } from './destination.ts';

type Deps = {
  run: Run;
  cwd: string;
  env: NodeJS.ProcessEnv;
  destination: Destination;
  credentials: Credentials;
  /** Ends what is sent; the programs that `run` runs have their own. */
  signal?: AbortSignal | undefined;
};

/** `last` is the last line of what went wrong: where something failed, the reason. */
export type Followed = { code: number; stdout: string; last: string };

export type Ssh = {
  /** Answers what the server said. */
  ask(...words: readonly string[]): Promise<string>;
  /** Shows what the server says as it comes; answers that, and how it ended. */
  follow(...words: readonly string[]): Promise<Followed>;
  /** Sends what a program here writes to the server's standard input. */
  send(program: string, args: readonly string[], ...words: readonly string[]): Promise<void>;
};

/** No question, no password, and no host that is not known: a wrong host key ends it. */
export const sshArguments = ({ account, host, port }: Destination, { key, knownHosts }: Credentials): string[] => [
  '-T',
  ...(port === undefined ? [] : ['-p', String(port)]),
  ...['BatchMode=yes', 'StrictHostKeyChecking=yes', 'ConnectTimeout=15', 'ServerAliveInterval=10'].flatMap((one) => [
    '-o',
    one,
  ]),
  ...(knownHosts ? ['-o', `UserKnownHostsFile=${knownHosts}`, '-o', 'GlobalKnownHostsFile=none'] : []),
  ...(key ? ['-i', key.publicKey, '-o', 'IdentitiesOnly=yes', '-o', `IdentityAgent=${key.agent}`] : []),
  `${account}@${host}`,
];

const longest = 7_200_000;
const unreachable = 255;

function explain(code: number, doing: string): ScriptError {
  const why =
    code === unreachable ? 'the server was not reached, or is not the one that is pinned' : `exit code ${code}`;
  return new ScriptError(`${doing}: ${why}; more stands above`);
}

/** A server that is reached by SSH, and does what `scripts/host/shortstack-entry` lets it be asked. */
export function createSsh(deps: Deps): Ssh {
  const { run, cwd, env, destination, credentials, signal } = deps;
  const options = [...sshArguments(destination, credentials), 'shortstack-entry'];
  return {
    ask: (...words) => must(run('ssh', [...options, ...words]), `asking the server: ${words[0]}`),
    async follow(...words) {
      const { code, stdout, stderr } = await run('ssh', [...options, ...words], { show: 'and keep', timeout: longest });
      return { code, stdout, last: stderr.trim().split('\n').at(-1) || `exit code ${code}` };
    },
    async send(program, args, ...words) {
      if (signal?.aborted) throw new ScriptError(`sending ${words[0]}: interrupted`);
      const source = spawn(program, args, { cwd, env, stdio: ['ignore', 'pipe', 'inherit'] });
      const ssh = spawn('ssh', [...options, ...words], { cwd, env, stdio: [source.stdout, 'ignore', 'inherit'] });
      for (const child of [source, ssh]) endWith(child, signal);
      const ended = Promise.all([once(source, 'close'), once(ssh, 'close')]);
      // The pipe is the other one's now: were it open here too, ours would wait for its end.
      source.stdout.destroy();
      const [[made], [sent]] = await ended;
      if (sent !== 0) throw explain(Number(sent ?? 1), `sending ${words[0]}`);
      if (made !== 0) throw new ScriptError(`${program} ${args[0] ?? ''}: exit code ${made}`);
    },
  };
}
