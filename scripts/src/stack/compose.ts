import { must, type Ran, type Run } from '../platform/run.ts';

type Deps = { run: Run; project: string };

/** A container of the stack. */
export type Listed = {
  id: string;
  name: string;
  service: string;
  state: string;
  health: string;
  restarts: number;
  imageId: string;
  configHash: string;
  /** Which files of the project it was made with, where it reads any. */
  files: string;
  /** RFC 3339. */
  createdAt: string;
};

type Inspected = {
  Id: string;
  Name: string;
  Image: string;
  Created: string;
  RestartCount: number;
  State: { Status: string; Health?: { Status: string } };
  Config: { Labels: Record<string, string> };
};

const watched = 7_200_000;
const serviceLabel = 'com.docker.compose.service';
const hashLabel = 'com.docker.compose.config-hash';
const filesLabel = 'shortstack.files';

const listed = ({ Id, Name, Image, Created, RestartCount, State, Config }: Inspected): Listed => ({
  id: Id,
  name: Name.slice(1),
  service: Config.Labels[serviceLabel] ?? '',
  state: State.Status,
  health: State.Health?.Status ?? 'none',
  restarts: RestartCount,
  imageId: Image,
  configHash: Config.Labels[hashLabel] ?? '',
  files: Config.Labels[filesLabel] ?? '',
  createdAt: Created,
});

export type Compose = {
  /** Runs `docker compose` with these arguments for this stack. */
  run(args: readonly string[], env?: Readonly<Record<string, string>>, show?: boolean): Promise<Ran>;
  /** Every container of the stack, running or not. */
  list(): Promise<Listed[]>;
  /** Compose's hash of a service as docker-compose.yml and the settings make it now. */
  hash(service: string, env?: Readonly<Record<string, string>>): Promise<string>;
  remove(ids: readonly string[]): Promise<void>;
  /** Removes the stack's networks that no container uses: Compose's own `down` knows those of the chosen profile alone. */
  pruneNetworks(): Promise<void>;
  /** Names of the stack's volumes: those of docker-compose.yml, and those that scripts/restore and scripts/upgrade-postgres made. */
  volumes(): Promise<string[]>;
  /** Runs `docker volume` with these arguments. */
  volume(...args: readonly string[]): Promise<Ran>;
};

/** The stack as Compose and the engine see it. */
export function createCompose({ run, project }: Deps): Compose {
  const compose: Compose['run'] = (args, env = {}, show = false) =>
    run('docker', ['compose', '--project-name', project, ...args], {
      env: { COMPOSE_PROJECT_NAME: project, ...env },
      show,
      // What somebody watches may be a backup of years.
      ...(show && { timeout: watched }),
    });
  return {
    run: compose,
    async list() {
      const filter = ['--filter', `label=com.docker.compose.project=${project}`];
      const ids = (await must(run('docker', ['ps', '-aq', '--no-trunc', ...filter]), 'listing containers')).split('\n');
      const known = ids.filter((id) => id !== '');
      if (known.length === 0) return [];
      // One that is removed between the two calls is no error: what is printed of the others counts.
      const { stdout } = await run('docker', ['inspect', '--type', 'container', ...known]);
      return (JSON.parse(stdout || '[]') as Inspected[]).map(listed);
    },
    async hash(service, env) {
      const answer = await must(
        compose(['--profile', '*', 'config', '--hash', service], env),
        'reading docker-compose.yml',
      );
      return answer.trim().split(/\s+/).at(-1) ?? '';
    },
    async pruneNetworks() {
      const args = ['network', 'prune', '--force', '--filter', `label=com.docker.compose.project=${project}`];
      await must(run('docker', args), 'removing networks');
    },
    async volumes() {
      const args = ['volume', 'ls', '--quiet', '--filter', `label=com.docker.compose.project=${project}`];
      return (await must(run('docker', args), 'listing volumes')).split('\n').filter((name) => name !== '');
    },
    volume: (...args) => run('docker', ['volume', ...args]),
    async remove(ids) {
      if (ids.length > 0) await must(run('docker', ['rm', '--force', '--volumes', ...ids]), 'removing containers');
    },
  };
}
