import { z } from 'zod';
import { ScriptError } from '../platform/run.ts';
import { waitUntil } from '../platform/wait-until.ts';
import type { Compose, Listed } from '../stack/compose.ts';

type Deps = { compose: Compose };

/** What fires now. Nobody watches where no Alertmanager runs; one that runs may give no answer. */
export type Firing = { kind: 'unwatched' } | { kind: 'silent'; why: string } | { kind: 'names'; names: Set<string> };

const reply = z.array(z.object({ labels: z.record(z.string(), z.string()) }));
const address = '--alertmanager.url=http://127.0.0.1:9093';
/** `amtool` in the container of the Alertmanager, which it asks. */
export const amtool = ['exec', '-T', 'alertmanager', 'amtool', address, '--timeout=5s'];

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
