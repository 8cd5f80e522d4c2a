import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { runApp, startApp } from '../backup/app-process.ts';
import type { Backup, BackupKind } from '../backup/backup.ts';
import { openBefore } from '../backup/before.ts';
import { beginPlaces } from '../backup/begin.ts';
import { createQuery, startCluster } from '../backup/cluster.ts';
import { drill } from '../backup/drill.ts';
import { createDrillRecord } from '../backup/drill-record.ts';
import { createKeeper } from '../backup/keeper.ts';
import { createLineage } from '../backup/lineage.ts';
import { whenUnlocked } from '../backup/lock.ts';
import { startMetricsServer } from '../backup/metrics-server.ts';
import { createRepository, type Repository } from '../backup/pgbackrest.ts';
import { restoreBeside, returnTo } from '../backup/restore.ts';
import { createSources } from '../backup/sources.ts';
import { parseWanted } from '../backup/target.ts';
import { ScriptError } from '../platform/run.ts';
import { copyCluster } from '../upgrade/copy.ts';
import { thawCluster } from '../upgrade/thaw.ts';
import type { Command, CommandContext } from './command.ts';

const usage = `usage: keeper run | backup [full | diff] | begin | drill | restore [LABEL | --to TIME] [--elsewhere] | return | list | forget
              | copy | thaw | adopt`;
/** Nothing else listens in this container. */
const clusterPort = 5_432;
const appPort = 8_080;

const number = (text: string | undefined, fallback: number): number => (text ? Number(text) : fallback);

/** Places and times, as docker-compose.yml gives them. */
const settingsOf = ({ env }: CommandContext) => ({
  socket: env['PGHOST'] ?? '/var/run/postgresql',
  port: number(env['PGPORT'], 5_432),
  scratch: env['BACKUP_SCRATCH'] ?? '/scratch',
  state: env['BACKUP_STATE'] ?? '/var/lib/pgbackrest',
  target: env['BACKUP_RESTORE_TO'] ?? '/var/lib/postgresql/data',
  config: env['PGBACKREST_CONFIG'] ?? '',
  configBefore: env['BACKUP_CONFIG_BEFORE'] ?? '',
  metricsPort: number(env['BACKUP_METRICS_PORT'], 9_200),
  clusterPort: number(env['BACKUP_CLUSTER_PORT'], clusterPort),
  appPort: number(env['BACKUP_APP_PORT'], appPort),
  schedule: {
    hours: number(env['BACKUP_HOURS'], 24),
    fullDays: number(env['BACKUP_FULL_DAYS'], 7),
    drillHour: number(env['BACKUP_DRILL_HOUR'], 3),
    keep: number(env['BACKUP_KEEP'], 2),
  },
});

function openKeeper(context: CommandContext) {
  const { run, root, env, print } = context;
  const settings = settingsOf(context);
  const repository = createRepository({ run });
  const lineage = createLineage({ path: join(settings.state, 'lineage') });
  const before = () => openBefore({ run, config: settings.configBefore, later: settings.config });
  const live = createQuery({ run, host: settings.socket, port: settings.port });
  const start = (folder: string) => startCluster({ run, folder, port: settings.clusterPort });
  const log = (message: string, more = {}) =>
    print(JSON.stringify({ time: new Date().toISOString(), level: 'info', message, ...more }));
  const app = { run, root, env };
  const keeper = createKeeper({
    repository,
    lineage,
    before,
    live,
    schedule: settings.schedule,
    record: createDrillRecord({ path: join(settings.state, 'drill.json') }),
    now: Date.now,
    log,
    drill: () =>
      drill({
        run,
        repository,
        live,
        folder: join(settings.scratch, 'drill'),
        startCluster: start,
        startApp: (url) => startApp(app, url, settings.appPort),
        now: Date.now,
        print: (line) => log(line),
      }),
  });
  const verbs = {
    folder: settings.target,
    startCluster: start,
    runApp: (verb: string, url: string) => runApp(app, verb, url),
  };
  const old = { host: settings.socket, port: settings.port, query: live };
  const repositories = async () => {
    const now = { repository, config: settings.config };
    const then = await before();
    return then ? [now, { repository: then, config: settings.configBefore }] : [now];
  };
  const beside = clusterVerbs({ ...verbs, run, old, lineage, repositories, print });
  return { keeper, repository, lineage, live, before, settings, ...beside };
}

const nowhereElse = 'there is no storage elsewhere: set BACKUP_S3_BUCKET and its companions in .env, then scripts/up';

type ClusterDeps = Omit<Parameters<typeof restoreBeside>[0], 'sources'> &
  Parameters<typeof copyCluster>[0] & { repositories: () => Promise<{ repository: Repository; config: string }[]> };

/** What is done with a cluster beside the one that serves. */
const clusterVerbs = (deps: ClusterDeps) => ({
  async restore(argv: readonly string[]) {
    const { target, elsewhere } = parseWanted(argv);
    const { all, away } = await createSources({ repositories: await deps.repositories() });
    if (elsewhere && away.length === 0) throw new ScriptError(nowhereElse);
    await restoreBeside({ ...deps, sources: elsewhere ? away : all }, target);
  },
  giveBack: () => returnTo(deps),
  copy: () => copyCluster(deps),
  thaw: () => thawCluster(deps),
});

async function keep(context: CommandContext): Promise<void> {
  const { keeper, settings } = openKeeper(context);
  const stop = new AbortController();
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => stop.abort());
  await using _server = await startMetricsServer({ port: settings.metricsPort, know: keeper.know });
  await keeper.run(stop.signal);
}

/** Oldest first. What is kept from before is shown where it can be read: without it there are the others still. */
async function listAll(repository: Repository, before: Repository | undefined): Promise<Backup[]> {
  const old = (await before?.list().catch(() => [])) ?? [];
  return [...old.map((backup) => ({ ...backup, before: true })), ...(await repository.list())];
}

/** Every place takes what serves now; one that is away does so when the keeper reaches it. */
async function adopt({ repository, lineage, live }: ReturnType<typeof openKeeper>): Promise<void> {
  await lineage.add(live);
  await whenUnlocked(Date.now, repository.adopt);
}

const kinds = new Set(['full', 'diff', 'incr']);

/** A place that is away keeps nobody from the others; it is told at the end. */
async function backUpEverywhere(repository: Repository, kind: BackupKind): Promise<void> {
  const failed: string[] = [];
  for (const place of await repository.places())
    await whenUnlocked(Date.now, () => repository.make(kind, place)).catch(
      (error: Error) => void failed.push(error.message),
    );
  if (failed.length > 0) throw new ScriptError(failed.join('\n'));
}

/** `keeper`: what runs in the container that keeps backups, and what the verbs ask of it. */
export const keeper: Command = async (context) => {
  const { positionals } = parseArgs({ args: context.argv.slice(0, 2), allowPositionals: true, strict: false });
  const [what, kind = 'diff'] = positionals;
  const opened = openKeeper(context);
  const { repository, before, keeper: own, restore, giveBack, copy, thaw } = opened;
  if (what === 'run') await keep(context);
  else if (what === 'backup' && kinds.has(kind)) await backUpEverywhere(repository, kind as BackupKind);
  else if (what === 'begin') await beginPlaces({ repository, now: Date.now });
  else if (what === 'forget') await (await before())?.remove();
  else if (what === 'drill') await own.prove();
  else if (what === 'restore') await restore(context.argv.slice(1));
  else if (what === 'return') await giveBack();
  else if (what === 'copy') await copy();
  else if (what === 'thaw') await thaw();
  else if (what === 'adopt') await adopt(opened);
  else if (what === 'list') context.print(JSON.stringify(await listAll(repository, await before())));
  else throw new ScriptError(usage);
  return 0;
};
