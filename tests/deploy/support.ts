import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRun, type Ran } from '../../scripts/src/platform/run.ts';
import { eventually } from './eventually.ts';

const source = join(import.meta.dirname, '..', '..');
const path = execFileSync(join(source, 'scripts', 'install-docker'), ['--print-path'], { encoding: 'utf8' }).trim();
const name = 'droplettest';
const image = 'shortstack/droplet-test';
const folder = join(tmpdir(), 'shortstack-deploy-tests');
const key = join(folder, 'home', 'id_ed25519');
export const publicKey = `${key}.pub`;
/** A git checkout of the project, whose commits are deployed. */
export const checkout = join(folder, 'checkout');
/** Ports of this machine that lead to the server's. */
export const ports = { ssh: 18_222, http: 18_280, https: 18_643 };
export const base = `http://127.0.0.1:${ports.http}`;

const settings = `RATE_LIMIT=off
EDGE_LIMIT=off
AUTOSCALER_PRESSURE_PERCENT=100
AUTOSCALER_DOWN_WINDOW_SECONDS=20
`;

export type Droplet = {
  script(verb: string, ...args: readonly string[]): Promise<Ran>;
  /** Runs a command on the server as root, as its maintainer can. */
  onServer(command: string): Promise<string>;
  /** Commits files of the checkout, each with its text or made from the one before; answers the commit. */
  commit(change: Readonly<Record<string, string | ((before: string) => string)>>): string;
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

const git = (...args: readonly string[]) => execFileSync('git', ['-C', checkout, ...args], { encoding: 'utf8' }).trim();

/** The project as a repository of its own, as a maintainer has it. */
function cloneProject(): void {
  execFileSync('git', ['clone', '-q', '--no-hardlinks', source, checkout]);
  git('config', 'user.name', 'test');
  git('config', 'user.email', 'test@example.com');
  symlinkSync(join(source, 'node_modules'), join(checkout, 'node_modules'));
}

const commit: Droplet['commit'] = (change) => {
  for (const [file, text] of Object.entries(change)) {
    const path = join(checkout, file);
    writeFileSync(path, typeof text === 'string' ? text : text(readFileSync(path, 'utf8')));
  }
  git('commit', '-q', '--all', '--allow-empty', '-m', 'A change');
  return git('rev-parse', 'HEAD');
};

/** A file as it was in a commit. */
export const fileOf = (at: string, file: string): string =>
  execFileSync('git', ['-C', checkout, 'show', `${at}:${file}`], { encoding: 'utf8' });

function clear(env: NodeJS.ProcessEnv): void {
  spawnSync('docker', ['rm', '-f', '-v', name], { env });
  spawnSync('docker', ['volume', 'rm', '-f', name], { env });
  spawnSync('docker', ['network', 'rm', name], { env });
  rmSync(folder, { recursive: true, force: true });
}

/** A server that has nothing but sshd and the maintainer's key, in a container of its own. */
async function create(env: NodeJS.ProcessEnv, docker: Droplet['docker']): Promise<void> {
  clear(env);
  mkdirSync(join(folder, 'home'), { recursive: true, mode: 0o700 });
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', 'test', '-f', key]);
  cloneProject();
  docker('build', '--quiet', '--tag', image, join(import.meta.dirname, 'droplet'));
  docker('network', 'create', '--subnet', '10.213.90.0/24', name);
  const publish = [`${ports.ssh}:22`, `${ports.http}:80`, `${ports.https}:443`].flatMap((p) => [
    '-p',
    `127.0.0.1:${p}`,
  ]);
  const volumes = ['--volume', `${name}:/var/lib/docker`, '--tmpfs', '/run'];
  docker('run', '--detach', '--name', name, '--privileged', '--network', name, ...volumes, ...publish, image);
  const authorize = ['exec', '-i', name, 'sh', '-c', 'cat > /root/.ssh/authorized_keys'];
  execFileSync('docker', authorize, { env, input: readFileSync(`${key}.pub`) });
}

/** The server from nothing; with REUSE_DROPLET the one that KEEP_DROPLET has left. */
export async function makeDroplet(): Promise<Droplet> {
  const env = makeEnvironment();
  needEngine(env);
  const docker = (...args: readonly string[]) =>
    execFileSync('docker', args, { env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).trim();
  if (!process.env['REUSE_DROPLET']) await create(env, docker);
  const onServer = async (command: string) => docker('exec', name, 'sh', '-c', command);
  const hostKeyFile = 'cat /etc/ssh/ssh_host_ed25519_key.pub 2> /dev/null';
  const hostKey = await eventually('the server has a host key', async () => onServer(hostKeyFile));
  const environment: NodeJS.ProcessEnv = {
    ...env,
    DEPLOY_HOST: `deploy@127.0.0.1:${ports.ssh}`,
    DEPLOY_KEY: readFileSync(key, 'utf8'),
    DEPLOY_KNOWN_HOSTS: `[127.0.0.1]:${ports.ssh} ${hostKey}`,
  };
  const run = createRun({ cwd: checkout, env: environment });
  return {
    environment,
    docker,
    onServer,
    remove: () => (process.env['KEEP_DROPLET'] ? undefined : clear(env)),
    script: (verb, ...args) => run(join(checkout, 'scripts', verb), args, { timeout: 1_200_000 }),
    commit,
    async restart() {
      docker('restart', '--time', '60', name);
      const answers = async () =>
        (await run('ssh-keyscan', ['-p', String(ports.ssh), '127.0.0.1'])).stdout || undefined;
      await eventually('sshd answers', answers);
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
