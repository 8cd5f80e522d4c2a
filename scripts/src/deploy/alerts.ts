import { z } from 'zod';
import { ScriptError } from '../platform/run.ts';
import { waitUntil } from '../platform/wait-until.ts';
import type { Compose, Listed } from '../stack/compose.ts';

type Deps = { compose: Compose };

/** What fires now. Nobody watches where no Alertmanager runs; one that runs may give no answer. */
export type Firing = { kind: 'unwatched' } | { kind: 'silent'; why: string } | { kind: 'names'; names: Set<string> };

const reply = z.array(z.object({ labels: z.record(z.string(), z.string()) }));
const address = '--alertmanager.url=http://127.0.0.1:9093';
const amtool = ['exec', '-T', 'alertmanager', 'amtool', address, '--timeout=5s'];

/** Names of the critical alerts. */
export async function firing({ compose }: Deps): Promise<Firing> {
  if (!(await compose.list()).some(({ service, state }) => service === 'alertmanager' && state === 'running'))
    return { kind: 'unwatched' };
  const query = [...amtool, 'alert', 'query', '--output=json', 'severity=critical'];
  const { code, stdout, stderr } = await compose.run(query);
  if (code !== 0) return { kind: 'silent', why: stderr.trim().split('\n').at(-1) ?? '' };
  const alerts = reply.parse(JSON.parse(stdout));
  return { kind: 'names', names: new Set(alerts.map(({ labels }) => labels['alertname'] ?? 'unnamed')) };
}

/** Milliseconds that an Alertmanager has to answer before a deployment begins: it may have just begun itself. */
const patience = 30_000;

/** What fires before a deployment. Without an answer it goes on: it may be what mends the Alertmanager. */
export async function firingBefore(deps: Deps, within = patience): Promise<Firing> {
  const answer = async () => {
    const now = await firing(deps);
    return now.kind === 'silent' ? undefined : now;
  };
  return (await waitUntil(answer, { every: 1_000, within, now: Date.now })) ?? (await firing(deps));
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

/** Throws when something fires that did not before, or nobody can say so any more. */
export async function requireQuiet(deps: Deps, before: ReadonlySet<string>): Promise<void> {
  const now = await firing(deps);
  if (now.kind === 'silent') throw new ScriptError(`Alertmanager does not answer any more: ${now.why}`);
  const fresh = now.kind === 'names' ? [...now.names].filter((name) => !before.has(name)) : [];
  if (fresh.length > 0) throw new ScriptError(`alerts fire since: ${fresh.join(', ')}`);
}

type Failed = Deps & { settings: () => Promise<Readonly<Record<string, string>>> };

/** Tells whoever watches that a deployment failed, as the rules of Prometheus tell; without an Alertmanager nobody. */
export async function tellFailure({ compose, settings }: Failed, why: string): Promise<void> {
  const { GRAFANA_URL: grafana, RUNBOOK_URL: runbook } = await settings();
  const labels = ['alertname=DeployFailed', 'severity=warning', 'service=deployment'];
  const annotations = {
    summary: why,
    description: 'A deployment has failed. Everything is as it was before it.',
    first_step: 'scripts/releases',
    runbook_url: `${runbook || 'docs/runbook.md'}#deployfailed`,
    panel_url: `${grafana || 'http://localhost:3000'}/d/shortstack-autoscaler`,
  };
  const noted = Object.entries(annotations).map(
    ([name, text]) => `--annotation=${name}=${text.replace(/["\\]/g, "'")}`,
  );
  await compose.run([...amtool, 'alert', 'add', ...labels, ...noted]);
}
