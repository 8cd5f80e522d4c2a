import { access, constants } from 'node:fs/promises';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { ScriptError } from '../platform/run.ts';
import { containerCpuSeconds } from './engine.ts';
import { cpuSecondsOf } from './processes.ts';

/** What runs scenarios: a program of this machine, or the image of the same version. */
export type K6 = {
  command: string;
  args: readonly string[];
  /** CPU seconds that it has used so far, by the process that was started; 0 when it is gone. */
  cpuSeconds: (pid: number) => Promise<number>;
};

/** scripts/install-k6 builds this version. */
export const k6Version = '1.8.1';
export const k6Image = `grafana/k6:${k6Version}`;

type Deps = {
  root: string;
  env: NodeJS.ProcessEnv;
  /** The engine that would run the image. */
  socketPath: string;
  isProgram?: (path: string) => Promise<boolean>;
  hasImage: (image: string) => Promise<boolean>;
};

const canRun = (path: string): Promise<boolean> =>
  access(path, constants.X_OK).then(
    () => true,
    () => false,
  );

/** What a scenario reads (k6/lib/settings.ts), and whether k6 goes by a proxy. */
const passedOn = [
  'TARGET',
  'HOST_NAME',
  'API_KEY',
  'PREFIX',
  'USER_IDS',
  'URL_IDS',
  'RATE',
  'SECONDS',
  'USERS',
  'SUMMARY',
  'NO_PROXY',
  'no_proxy',
];

const program = (command: string): K6 => ({ command, args: [], cpuSeconds: cpuSecondsOf });

/** The client that starts the container uses next to nothing itself. */
const container = (root: string, socketPath: string, name: string): K6 => ({
  command: 'docker',
  cpuSeconds: () => containerCpuSeconds(socketPath, name),
  args: [
    ...[
      'run',
      '--rm',
      '--name',
      name,
      ...passedOn.flatMap((name) => ['--env', name]),
      '--network',
      'host',
      '--user',
      '0:0',
      '--volume',
      `${root}:${root}`,
      '--workdir',
      root,
    ],
    k6Image,
  ],
});

/**
 * K6 (a path) if set, else k6 of the PATH or where `go install` puts it, else the image if it is there or can be had.
 * Throws what to do where there is none.
 */
export async function findK6({ root, env, socketPath, isProgram = canRun, hasImage }: Deps): Promise<K6> {
  const chosen = env['K6'];
  const folders = [...(env['PATH'] ?? '').split(delimiter).filter(Boolean), join(homedir(), 'go', 'bin')];
  for (const path of chosen ? [chosen] : folders.map((folder) => join(folder, 'k6')))
    if (await isProgram(path)) return program(path);
  if (chosen) throw new ScriptError(`K6 is ${chosen}, which is not a program`);
  if (await hasImage(k6Image)) return container(root, socketPath, `k6-${process.pid}`);
  throw new ScriptError(`There is no k6: scripts/install-k6 builds it (needs Go), or docker pull ${k6Image}`);
}
