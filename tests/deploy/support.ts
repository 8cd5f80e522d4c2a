import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRun, type Ran } from '../../scripts/src/platform/run.ts';
import { eventually } from './eventually.ts';

const source = join(import.meta.dirname, '..', '..');
const path = execFileSync(join(source, 'scripts', 'install-docker'), ['--print-path'], { encoding: 'utf8' }).trim();
const name = 'droplettest';
const network = 'droplettest';
/** Ports of this machine that lead to the server's. */
export const ports = { ssh: 18_222, http: 18_280, https: 18_643 };
export const base = `http://127.0.0.1:${ports.http}`;

const settings = `RATE_LIMIT=off
EDGE_LIMIT=off
AUTOSCALER_PRESSURE_PERCENT=100
AUTOSCALER_DOWN_WINDOW_SECONDS=20
`;

export type Droplet = {
  /** A git checkout of the project, whose commits are deployed. */
  checkout: string;
  script(verb: string, ...args: readonly string[]): Promise<Ran>;
  /** Runs a command on the server as root, as its maintainer can. */
  onServer(command: string): Promise<string>;
  /** Commits a change of the checkout; answers the commit. */
  commit(change: (read: (file: string) => string, write: (file: string, text: string) => void) => void): string;
  restart(): Promise<void>;
  powerCut(): void;
  docker(...args: readonly string[]): string;
  environment: NodeJS.ProcessEnv;
  remove(): void;
};

export const makeEnvironment = (): NodeJS.ProcessEnv => ({ ...process.env, PATH: `${path}:${process.env['PATH']}` });

function needEngine(env: NodeJS.ProcessEnv): void {
  if (spawnSync('docker', ['info'], { env, stdio: 'ignore' }).status !== 0)
    execFileSync(join(source, 'scripts', 'install-docker'), [], { env, stdio: 'inherit' });
}

/** The project as a repository of its own, as a maintainer has it. */
function cloneProject(folder: string): string {
  const checkout = join(folder, 'checkout');
  execFileSync('git', ['clone', '-q', '--no-hardlinks', source, checkout]);
  for (const [key, value] of [
    ['user.name', 'test'],
    ['user.email', 'test@example.com'],
  ] as const)
    execFileSync('git', ['-C', checkout, 'config', key, value]);
  execFileSync('ln', ['-s', join(source, 'node_modules'), join(checkout, 'node_modules')]);
  return checkout;
}

/** A server that has nothing but sshd and the maintainer's key, in a container of its own. */
export async function makeDroplet(): Promise<Droplet> {
  const env = makeEnvironment();
  needEngine(env);
  const folder = mkdtempSync(join(tmpdir(), 'droplet-'));
  mkdirSync(join(folder, 'home', '.ssh'), { recursive: true, mode: 0o700 });
  const key = join(folder, 'home', '.ssh', 'id_ed25519');
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', 'test', '-f', key]);
  const docker = (...args: readonly string[]) => execFileSync('docker', args, { env, encoding: 'utf8' }).trim();
  const remove = () => {
    spawnSync('docker', ['rm', '-f', '-v', name], { env });
    spawnSync('docker', ['volume', 'rm', '-f', name], { env });
    spawnSync('docker', ['network', 'rm', network], { env });
    rmSync(folder, { recursive: true, force: true });
  };
  remove();
  mkdirSync(join(folder, 'home', '.ssh'), { recursive: true, mode: 0o700 });
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', 'test', '-f', key]);
  const checkout = cloneProject(folder);
  docker('build', '--quiet', '--tag', 'shortstack/droplet-test', join(import.meta.dirname, 'droplet'));
  docker('network', 'create', '--subnet', '10.213.90.0/24', network);
  const publish = [`${ports.ssh}:22`, `${ports.http}:80`, `${ports.https}:443`].flatMap((p) => [
    '-p',
    `127.0.0.1:${p}`,
  ]);
  const volumes = ['--volume', `${name}:/var/lib/docker`, '--tmpfs', '/run'];
  docker(
    'run',
    '--detach',
    '--name',
    name,
    '--privileged',
    '--network',
    network,
    ...volumes,
    ...publish,
    'shortstack/droplet-test',
  );
  execFileSync('docker', ['exec', '-i', name, 'sh', '-c', 'cat > /root/.ssh/authorized_keys'], {
    env,
    input: readFileSync(`${key}.pub`),
  });
  const onServer = async (command: string) => docker('exec', name, 'sh', '-c', command);
  const hostKey = await eventually('the server has a host key', async () =>
    onServer('cat /etc/ssh/ssh_host_ed25519_key.pub'),
  );
  writeFileSync(join(folder, 'known_hosts'), `[127.0.0.1]:${ports.ssh} ${hostKey}\n`);
  // The home of the account is where ssh looks for keys; the environment's is not asked.
  const environment: NodeJS.ProcessEnv = {
    ...env,
    DEPLOY_HOST: `deploy@127.0.0.1:${ports.ssh}`,
    DEPLOY_KEY: readFileSync(key, 'utf8'),
    DEPLOY_KNOWN_HOSTS: readFileSync(join(folder, 'known_hosts'), 'utf8'),
  };
  const run = createRun({ cwd: checkout, env: environment });
  return {
    checkout,
    environment,
    docker,
    remove,
    onServer,
    script: (verb, ...args) => run(join(checkout, 'scripts', verb), args, { timeout: 1_200_000 }),
    commit(change) {
      change(
        (file) => readFileSync(join(checkout, file), 'utf8'),
        (file, text) => writeFileSync(join(checkout, file), text),
      );
      execFileSync('git', ['-C', checkout, 'commit', '-q', '--all', '--allow-empty', '-m', 'A change']);
      return execFileSync('git', ['-C', checkout, 'rev-parse', 'HEAD'], { encoding: 'utf8' }).trim();
    },
    async restart() {
      docker('restart', '--time', '60', name);
      await eventually('sshd answers', async () =>
        (await run('ssh-keyscan', ['-p', String(ports.ssh), '127.0.0.1'])).stdout ? true : undefined,
      );
    },
    powerCut() {
      docker('kill', '--signal', 'KILL', name);
      docker('start', name);
    },
  };
}

/** Settings that the maintainer writes before the first deployment. */
export const writeSettings = ({ onServer }: Droplet): Promise<string> =>
  onServer(
    `mkdir -p /opt/shortstack && printf '${settings.replaceAll('\n', '\\n')}' > /opt/shortstack/.env && chmod 600 /opt/shortstack/.env`,
  );
