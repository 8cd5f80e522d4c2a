import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { KeeperContainer } from '../backup/container.ts';
import { must, type Run, ScriptError } from '../platform/run.ts';
import { waitUntil } from '../platform/wait-until.ts';
import type { Roles } from '../roles/roles.ts';
import { type Autoscaler, serving } from '../stack/autoscaler.ts';
import type { Compose, Listed } from '../stack/compose.ts';
import { fetchImage, type ReleaseImage } from '../stack/image.ts';
import { isMigration } from '../stack/migration-files.ts';
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
  settings: () => Promise<Readonly<Record<string, string>>>;
  remember: (values: Readonly<Record<string, string>>) => Promise<void>;
  /** Has Postgres know its roles. */
  roles: Pick<Roles, 'ensure'>;
  /** Services that Compose starts. */
  services: () => Promise<string[]>;
  /** Makes secrets and what the settings need of this machine; looks whether the stack can run here, or can go back. */
  prepare: (urgent: boolean) => Promise<void>;
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
  /** What serves; empty before the first release. An autoscaler that starts is waited for, as after a boot. */
  imageBefore(): Promise<string>;
  /** Makes anew what has changed, also what reads another file. */
  startServices(): Promise<void>;
  /** Removes every container and what the autoscaler remembers, if there is a Compose file; the data stay. */
  takeDown(): Promise<void>;
  /** What does not answer as it should. */
  smoke(): Promise<string[]>;
};

const migrations = 'app/src/platform/migrations';
const patience = '120';
const longestRollout = 300_000;
const longestStart = 60_000;

async function pendingMigrations({ run, compose }: Deps, image: string): Promise<string[]> {
  const list = ['run', '--rm', '--network', 'none', '--entrypoint', 'ls', image, migrations];
  const files = (await must(run('docker', list), 'reading the migrations')).split('\n');
  const psql = ['psql', '-U', 'shortstack', '-d', 'shortstack', '-XAtqc', 'select name from schema_migrations'];
  const text = await must(compose.run(['exec', '-T', 'postgres', ...psql]), 'asking the database');
  const done = new Set(text.split('\n'));
  return files.filter((name) => isMigration(name) && !done.has(name));
}

async function imageBefore({ autoscaler, settings }: Deps): Promise<string> {
  const { APP_IMAGE = '' } = await settings();
  if (APP_IMAGE === '') return '';
  const status = await waitUntil(() => autoscaler.status(), { every: 500, within: longestStart, now: Date.now });
  return status?.release?.image ?? APP_IMAGE;
}

/** A rollout that somebody else's end has left to the autoscaler, which carries on with it: one follows the other. */
async function untilCalm({ autoscaler }: Deps): Promise<void> {
  const calm = async () => ((await autoscaler.status())?.rollout === null ? true : undefined);
  if (!(await waitUntil(calm, { every: 500, within: longestRollout, now: Date.now })))
    throw new ScriptError('the autoscaler does not answer, or does not end the release that is under way');
}

/**
 * What hangs would be waited for, and then neither a deployment nor its undoing would get past it: it begins anew. No store
 * does: one may be on its way back from a crash.
 */
async function wakeHanging({ autoscaler, compose }: Deps): Promise<void> {
  const silent = (await autoscaler.status()) === undefined;
  const hangs = ({ service, health }: Listed) =>
    (service === 'alertmanager' && health === 'unhealthy') || (silent && /^(autoscaler|gate)$/.test(service));
  const hanging = (await compose.list()).filter(hangs).map(({ service }) => service);
  // Whatever it answers: one that cannot start as it is now is made anew a moment later.
  if (hanging.length > 0) await compose.run(['restart', ...new Set(hanging)]);
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
  await deps.roles.ensure();
  await migrate(deps, image);
  await ensureTemplate(deps, image);
  await deps.remember(releaseSettings(image));
  await start(deps, () => true);
  if ((await deps.autoscaler.follow('wait', '--within', patience)) !== 0)
    throw new ScriptError('the replicas do not get ready');
}

async function serve(deps: Deps, image: ReleaseImage): Promise<void> {
  const { autoscaler, compose, print, remember, by } = deps;
  await untilCalm(deps);
  // The database may be older than a role that this release needs.
  await deps.roles.ensure();
  const code = await rollOut({ compose, autoscaler, print, secrets: { remember } }, image, by);
  if (code === 4) throw new ScriptError('the new release was worse, and the one before serves');
  if (code !== 0) throw new ScriptError(`the autoscaler did not take the release (exit code ${code})`);
}

async function wrongPages({ compose }: Deps): Promise<string[]> {
  const inside = (url: string) =>
    compose.run(['exec', '-T', 'nginx', 'curl', '-sk', '-m', '5', '-o', '/dev/null', '-w', '%{http_code}', url]);
  const answers = await Promise.all(
    ['http://127.0.0.1/health', 'https://127.0.0.1/health'].map(async (url) => ({
      url,
      said: (await inside(url)).stdout,
    })),
  );
  return answers
    .filter(({ said }) => said !== '200' && said !== '308')
    .map(({ url, said }) => `${url} answers ${said}`);
}

/** A replica that comes for what the deployment itself costs serves some seconds later; a page that is wrong is waited for by nobody. */
async function smoke(deps: Deps): Promise<string[]> {
  const wrong = await wrongPages(deps);
  if (wrong.length > 0) return wrong;
  const enough = async () => {
    const status = await deps.autoscaler.status();
    return (status && serving(status).length >= (status.decision?.desired ?? 1)) || undefined;
  };
  const served = await waitUntil(enough, { every: 500, within: longestStart, now: Date.now });
  return served ? [] : ['fewer replicas serve than are wanted'];
}

async function takeDown({ root, compose }: Deps): Promise<void> {
  if (!existsSync(join(root, 'docker-compose.yml'))) return;
  // The autoscaler first, or it would replace what is being removed.
  await compose.run(['stop', 'autoscaler']);
  await must(compose.run(['--profile', '*', 'down', '--remove-orphans']), 'removing what was begun');
  // It would begin the next time with the release that it remembers, which has failed.
  const memory = (await compose.volumes()).filter((name) => name.endsWith('_autoscaler'));
  if (memory.length > 0) await must(compose.volume('rm', ...memory), 'removing what the autoscaler remembers');
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
  imageBefore: () => imageBefore(deps),
  async startServices() {
    await wakeHanging(deps);
    await start(deps, (name) => name !== 'nginx');
  },
  takeDown: () => takeDown(deps),
  smoke: () => smoke(deps),
});
