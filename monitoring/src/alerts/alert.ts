import { type Panel, panelAddress } from '../panels.ts';

export const severities = ['critical', 'warning', 'none'] as const;
export type Severity = (typeof severities)[number];

/** What an alert tells and when, in the words of docs/runbook.md. Texts may hold Prometheus' templates. */
export type Alert = {
  name: string;
  expr: string;
  /** How long it must hold; absent is at once. */
  for?: string;
  severity: Severity;
  /** Which part of the stack it is about; absent where the expression's own label says it. */
  service?: string;
  summary: string;
  description: string;
  /** The first thing to do, in one line. */
  firstStep: string;
  panel: Panel;
};

export type AlertRule = {
  alert: string;
  expr: string;
  for?: string;
  labels: Record<string, string>;
  annotations: Record<string, string>;
};

/** Anchor of an alert in docs/runbook.md: a heading's own, as code hosts make it. */
export const anchorOf = (name: string): string => name.toLowerCase();

/**
 * The rule as Prometheus reads it. Where runbook and dashboards are is known where it runs: from external labels that are
 * taken off before an alert leaves.
 */
export const alertRule = (alert: Alert): AlertRule => ({
  alert: alert.name,
  expr: alert.expr,
  ...(alert.for !== undefined && { for: alert.for }),
  labels: { severity: alert.severity, ...(alert.service !== undefined && { service: alert.service }) },
  annotations: {
    summary: alert.summary,
    description: alert.description,
    first_step: alert.firstStep,
    runbook_url: `{{ $externalLabels.runbook_url }}#${anchorOf(alert.name)}`,
    panel_url: `{{ $externalLabels.grafana_url }}${panelAddress(alert.panel)}`,
  },
});
