import { z } from 'zod';
import { must, ScriptError } from '../platform/run.ts';
import type { Compose, Listed } from '../stack/compose.ts';

type Deps = { compose: Compose };

const reply = z.array(z.object({ labels: z.record(z.string(), z.string()) }));
const amtool = ['exec', '-T', 'alertmanager', 'amtool', '--alertmanager.url=http://127.0.0.1:9093'];

/** Names of the critical alerts that fire now; undefined where no Alertmanager runs. */
export async function firing({ compose }: Deps): Promise<Set<string> | undefined> {
  if (!(await compose.list()).some(({ service, state }) => service === 'alertmanager' && state === 'running'))
    return undefined;
  const query = [...amtool, 'alert', 'query', '--output=json', 'severity=critical'];
  const alerts = reply.parse(JSON.parse(await must(compose.run(query), 'asking Alertmanager')));
  return new Set(alerts.map(({ labels }) => labels['alertname'] ?? 'unnamed'));
}

/** Milliseconds for which nothing new may fire: longer than most critical alerts wait before they do. */
const usualQuiet = 30_000;
/**
 * What a Prometheus that has just begun finds at once is sent before it knows its Alertmanager, and again only after its
 * resend delay of a minute.
 */
const quietOfNewPrometheus = 75_000;

/** How long to look, in milliseconds, after a deployment that began at `begun` (ms since the epoch). */
export async function quietTime({ compose }: Deps, begun: number): Promise<number> {
  const isNew = ({ service, createdAt }: Listed) => service === 'prometheus' && Date.parse(createdAt) >= begun;
  return (await compose.list()).some(isNew) ? quietOfNewPrometheus : usualQuiet;
}

/** Throws when something fires that did not before. */
export async function requireQuiet(deps: Deps, before: ReadonlySet<string> | undefined): Promise<void> {
  const now = await firing(deps);
  const fresh = [...(now ?? [])].filter((name) => !before?.has(name));
  if (fresh.length > 0) throw new ScriptError(`alerts fire since: ${fresh.join(', ')}`);
}

/** Tells whoever watches that a deployment failed; without an Alertmanager nobody. */
export async function tellFailure({ compose }: Deps, why: string): Promise<void> {
  const labels = ['alertname=DeployFailed', 'severity=warning'];
  await compose.run([...amtool, 'alert', 'add', ...labels, `--annotation=summary=${why.replace(/["\\]/g, "'")}`]);
}
