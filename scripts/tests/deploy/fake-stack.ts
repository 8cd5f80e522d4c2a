import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createServer, type Server } from '../../src/deploy/server.ts';
import type { Ran, Run } from '../../src/platform/run.ts';
import { createRoles } from '../../src/roles/roles.ts';
import { createSecretStore } from '../../src/secrets/secret-store.ts';
import { createAutoscaler } from '../../src/stack/autoscaler.ts';
import { createCompose } from '../../src/stack/compose.ts';
import { healthy } from '../support.ts';

type Deps = { root: string; print: (line: string) => void };

export type FakeStack = {
  server: Server;
  run: Run;
  /** What replicas are made from now. */
  serves(): string;
  /** Services that run. */
  up: Set<string>;
  /** Of those, what gives no answer until it begins anew. */
  hung: Set<string>;
  /** What the engine was asked, in its order. */
  asked: string[];
  /** The major version of the Postgres that has written the data. */
  data: { major: number };
  /** Of each look at the machine within a deployment, whether it was to go back. */
  prepared: boolean[];
};

/** Files of a server on which `app:1` serves, and those of a commit that have arrived there; answers their folder. */
export async function layOut({ server }: FakeStack, commit: string): Promise<string> {
  const tree = join(server.state, 'trees', commit);
  await mkdir(join(server.state, 'before', 'tree'), { recursive: true });
  for (const folder of [server.root, tree]) {
    await mkdir(join(folder, 'postgres'), { recursive: true });
    await writeFile(join(folder, 'postgres', 'roles.sh'), 'true');
    await writeFile(join(folder, 'docker-compose.yml'), 'services:\n');
  }
  await server.remember({ APP_IMAGE: 'app:1', RELEASE: '1' });
  await server.prepare(false);
  return tree;
}

const ok = (stdout = ''): Ran => ({ code: 0, stdout, stderr: '' });
const bad = (stderr: string): Ran => ({ code: 1, stdout: '', stderr });
const services = ['postgres', 'autoscaler', 'gate', 'certificates'];

/** By its name, which ends with a number. */
const idOf = (image: string) => `sha256:${image}`;
const majorOf = (image: string) => Number(image.split(':').at(-1));

const container = (service: string, state: string, image = service) => ({
  ...{ Id: service, Name: `/${service}`, Image: idOf(image), RestartCount: 0, Created: '2026-01-31T12:00:00Z' },
  State: { Status: state },
  Config: { Labels: { 'com.docker.compose.service': service, 'com.docker.compose.config-hash': 'hash' } },
});

/**
 * A stack of which `app:1` serves, on an engine that holds nothing but which service runs: one that a line `broken: SERVICE`
 * of the Compose file names does not start, nor does a Postgres on data of another major version. Who needs Postgres, the autoscaler or its gate fails without them, as in the
 * real one.
 */
export function fakeStack({ root, print }: Deps): FakeStack {
  const secrets = createSecretStore({ root });
  const up = new Set(services);
  const hung = new Set<string>();
  const prepared: boolean[] = [];
  const data = { major: 17 };
  let database = 'database:17';
  const asked: string[] = [];
  let serves = 'app:1';
  const needs = (service: string, then: () => string | undefined): Ran =>
    up.has(service) && !hung.has(service) ? ok(then()) : bad(`${service} is restarting`);

  async function start(names: readonly string[]): Promise<Ran> {
    const file = await readFile(join(root, 'docker-compose.yml'), 'utf8');
    const { DATABASE_IMAGE } = await secrets.environment();
    if (names.includes('postgres')) database = DATABASE_IMAGE ?? database;
    const unfit = majorOf(database) === data.major ? undefined : 'postgres';
    const broken = names.filter((name) => file.includes(`broken: ${name}\n`) || hung.has(name) || name === unfit);
    for (const name of names) {
      if (broken.includes(name)) up.delete(name);
      else up.add(name);
    }
    return broken.length === 0 ? ok() : bad(`container ${broken.join(', ')} is unhealthy`);
  }
  function release(image: string): Ran {
    if (!up.has('gate')) return { ...bad('the engine does not answer'), code: 4 };
    serves = image;
    return ok();
  }
  const status = () =>
    JSON.stringify({ ...healthy, release: { id: serves, image: serves, at: '2026-01-31T12:00:00Z' }, rollout: null });

  async function compose(words: readonly string[]): Promise<Ran> {
    const all = words.join(' ');
    if (words[0] === 'restart') for (const name of words) hung.delete(name);
    if (words[0] === 'up') return await start(words.filter((word) => services.includes(word)));
    if (all.startsWith('exec -T postgres') || all.endsWith('migrate')) return needs('postgres', () => '');
    if (all.endsWith('main.ts status')) return needs('autoscaler', status);
    const at = words.indexOf('release');
    if (at > 0) return up.has('autoscaler') ? release(words[at + 1] ?? '') : bad('autoscaler is restarting');
    if (all.startsWith('exec -T nginx curl')) return ok('200');
    return ok(all.includes('--hash') ? 'service hash' : '');
  }
  const run: Run = async (_program, args) => {
    asked.push(args.join(' '));
    if (args.includes('version')) return ok(args[0] === 'compose' ? '2.40.3' : '28.5.2');
    if (args[0] === 'compose') return await compose(args.slice(3));
    const containers = [
      ...services.map((name) =>
        container(name, up.has(name) ? 'running' : 'restarting', name === 'postgres' ? database : name),
      ),
      container('app-template', 'created'),
    ];
    if (args[0] === 'ps') return ok(containers.map(({ Id }) => Id).join('\n'));
    if (args[0] === 'inspect') return ok(JSON.stringify(containers));
    if (args[0] === 'exec') return needs('postgres', () => '');
    if (args.includes('--version')) return ok(`postgres (PostgreSQL) ${majorOf(args.at(-2) ?? '')}.1`);
    if (args.at(-1)?.endsWith(':gone')) return bad('no such image');
    return ok(args[0] === 'image' ? idOf(args.at(-1) ?? '') : '');
  };
  const composed = createCompose({ run, project: 'shortstack' });
  const server = createServer({
    ...{ root, run, compose: composed, print, by: 'ann' },
    state: join(root, '.deploy'),
    autoscaler: createAutoscaler({ compose: composed }),
    keeper: { ask: async () => {}, list: async () => [] },
    settings: secrets.environment,
    remember: secrets.remember,
    roles: createRoles({ root, run, compose: composed, secrets }),
    services: async () => services,
    async prepare(urgent) {
      prepared.push(urgent);
      await secrets.ensure();
    },
  });
  return { server, run, serves: () => serves, up, hung, asked, data, prepared };
}
