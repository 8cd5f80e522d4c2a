import type { Compose } from '../stack/compose.ts';
import { amtool } from './alerts.ts';

type Deps = { compose: Compose; settings: () => Promise<Readonly<Record<string, string>>> };

type Told = {
  alertname: string;
  severity: 'warning' | 'critical';
  description: string;
  firstStep: string;
};

/** Milliseconds for which it fires when nobody undoes it: it is not raised again and again, as what Prometheus finds is. */
const longest = 7 * 86_400_000;

const failed: Told = {
  alertname: 'DeployFailed',
  severity: 'warning',
  description: 'A deployment has failed. Everything is as it was before it.',
  firstStep: 'scripts/releases',
};
const notUndone: Told = {
  alertname: 'DeployNotUndone',
  severity: 'critical',
  description: 'A deployment has failed, and what it changed could not all be taken back.',
  firstStep: 'shortstack-entry undo, as root on the server',
};

/** Without an end it ends by itself after some minutes. */
async function add({ compose, settings }: Deps, told: Told, why: string, end?: number): Promise<void> {
  const { GRAFANA_URL: grafana, RUNBOOK_URL: runbook } = await settings();
  const { alertname, severity, description, firstStep } = told;
  const labels = [`alertname=${alertname}`, `severity=${severity}`, 'service=deployment'];
  const annotations = {
    summary: why,
    description,
    first_step: firstStep,
    runbook_url: `${runbook || 'docs/runbook.md'}#${alertname.toLowerCase()}`,
    panel_url: `${grafana || 'http://localhost:3000'}/d/shortstack-autoscaler`,
  };
  const noted = Object.entries(annotations).map(
    ([name, text]) => `--annotation=${name}=${text.replace(/["\\]/g, "'")}`,
  );
  const until = end === undefined ? [] : [`--end=${new Date(end).toISOString()}`];
  await compose.run([...amtool, 'alert', 'add', ...labels, ...noted, ...until]);
}

/** Tells whoever watches that a deployment failed, as the rules of Prometheus tell; without an Alertmanager nobody. */
export const tellFailure = (deps: Deps, why: string): Promise<void> => add(deps, failed, why);

/** Tells them that the server is half done. That lasts until it is told to be undone. */
export const tellNotUndone = (deps: Deps, why: string, now: number): Promise<void> =>
  add(deps, notUndone, why, now + longest);

/** Tells them that it is no longer. */
export const tellUndone = (deps: Deps, now: number): Promise<void> => add(deps, notUndone, 'undone', now);
