import type { Cluster } from '../backup/cluster.ts';

type Deps = {
  /** A cluster that was copied and replaced. */
  folder: string;
  startCluster: (folder: string) => Promise<Cluster>;
  runApp: (verb: string, databaseUrl: string) => Promise<void>;
};

/** Has a cluster take changes again, or no more; sessions that are open obey within a moment. */
export const frozen = (on: boolean): readonly string[] => [
  `alter system ${on ? 'set default_transaction_read_only = on' : 'reset default_transaction_read_only'}`,
  'select pg_reload_conf()',
];

/** Makes a cluster ready to serve again. Codes and caches move past what its successor has handed out (decision 52). */
export async function thawCluster({ folder, startCluster, runApp }: Deps): Promise<void> {
  await using cluster = await startCluster(folder);
  for (const statement of frozen(false)) await cluster.query(statement);
  await runApp('restored', cluster.url);
}
