import type { KeeperContainer } from '../backup/container.ts';
import { must, type Run, ScriptError } from '../platform/run.ts';
import { type Autoscaler, serving } from '../stack/autoscaler.ts';
import type { Compose } from '../stack/compose.ts';
import { fetchImage, type ReleaseImage } from '../stack/image.ts';
import { migrate, rollOut } from '../stack/release.ts';
import { ensureTemplate, releaseSettings } from '../stack/template.ts';

type Deps = {
  /** Where the live tree is, and what deployments remember. */
  root: string;
  state: string;
  run: Run;
  compose: Compose;
  autoscaler: Autoscaler;
  keeper: KeeperContainer;
  remember: (values: Readonly<Record<string, string>>) => Promise<void>;
  /** Services that Compose starts. */
  services: () => Promise<string[]>;
  /** Makes secrets and what the settings need of this machine; looks whether the stack can run here. */
  prepare: () => Promise<void>;
  by: string;
  print: (line: string) => void;
};

/** The server that a deployment changes. */
export type Server = Deps & {
  /** Has an image here: streamed before, or pulled now. */
  provideImage(image: string): Promise<void>;
  /** Migrations in an image that the database has not seen. */
  pendingMigrations(image: string): Promise<string[]>;
  /** Brings an image to serve, through the autoscaler; throws when the one before serves on. */
  serve(image: string, first: boolean): Promise<void>;
  startServices(): Promise<void>;
  /** What does not answer as it should. */
  smoke(): Promise<string[]>;
};

const migrations = 'app/src/platform/migrations';
const patience = '120';

async function pendingMigrations({ run, compose }: Deps, image: string): Promise<string[]> {
  const list = ['run', '--rm', '--network', 'none', '--entrypoint', 'ls', image, migrations];
  const files = (await must(run('docker', list), 'reading the migrations')).split('\n');
  const psql = ['psql', '-U', 'shortstack', '-d', 'shortstack', '-XAtqc', 'select name from schema_migrations'];
  const text = await must(compose.run(['exec', '-T', 'postgres', ...psql]), 'asking the database');
  const done = new Set(text.split('\n'));
  return files.filter((name) => name.endsWith('.sql') && !done.has(name));
}

/** Everything but nginx, which the edge's own step looks after. */
async function start({ compose, services }: Deps, which: (name: string) => boolean): Promise<void> {
  const names = (await services()).filter(which);
  const args = ['up', '--detach', '--wait', '--quiet-pull', '--no-build', '--no-deps', ...names];
  await must(compose.run(args), `starting ${names.join(', ')}`);
}

async function serveFirst(deps: Deps, image: ReleaseImage): Promise<void> {
  const stores = new Set(['postgres', 'cache', 'queue']);
  await start(deps, (name) => stores.has(name));
  await migrate(deps, image);
  await ensureTemplate(deps, image);
  await deps.remember(releaseSettings(image));
  await start(deps, () => true);
  if ((await deps.autoscaler.follow('wait', '--within', patience)) !== 0)
    throw new ScriptError('the replicas do not get ready');
}

async function serve(deps: Deps, image: ReleaseImage): Promise<void> {
  const { autoscaler, compose, print, remember, by } = deps;
  const code = await rollOut({ compose, autoscaler, print, secrets: { remember } }, image, by);
  if (code === 4) throw new ScriptError('the new release was worse, and the one before serves');
  if (code !== 0) throw new ScriptError(`the autoscaler did not take the release (exit code ${code})`);
}

async function smoke({ compose, autoscaler }: Deps): Promise<string[]> {
  const status = await autoscaler.status();
  const few = !status || serving(status).length < (status.decision?.desired ?? 1);
  const inside = (url: string) =>
    compose.run(['exec', '-T', 'nginx', 'curl', '-sk', '-m', '5', '-o', '/dev/null', '-w', '%{http_code}', url]);
  const answers = await Promise.all(
    ['http://127.0.0.1/health', 'https://127.0.0.1/health'].map(async (url) => ({
      url,
      said: (await inside(url)).stdout,
    })),
  );
  return [
    ...(few ? ['fewer replicas serve than are wanted'] : []),
    ...answers.filter(({ said }) => said !== '200' && said !== '308').map(({ url, said }) => `${url} answers ${said}`),
  ];
}

/** The server through its engine, its Compose file and its autoscaler. */
export const createServer = (deps: Deps): Server => ({
  ...deps,
  provideImage: async (image) => void (await fetchImage(deps, image)),
  pendingMigrations: (image) => pendingMigrations(deps, image),
  async serve(image, first) {
    const fetched = await fetchImage(deps, image);
    await (first ? serveFirst : serve)(deps, fetched);
  },
  startServices: () => start(deps, (name) => name !== 'nginx'),
  smoke: () => smoke(deps),
});
