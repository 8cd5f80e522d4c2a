import * as dashboard from '@grafana/grafana-foundation-sdk/dashboard';
import { boards } from '../panels.ts';
import { buildPanel, sources } from './panel.ts';
import type { BoardSpec } from './spec.ts';

const annotation = (name: string, iconColor: string, expr: string, titleFormat: string, textFormat: string) =>
  new dashboard.AnnotationQueryBuilder()
    .name(name)
    .datasource(sources.prometheus)
    .enable(true)
    .iconColor(iconColor)
    .expr(expr)
    .step('15s')
    .titleFormat(titleFormat)
    .textFormat(textFormat);

/**
 * What each replica of the autoscaler has changed since the point before: from sample to sample of the same step that Grafana
 * asks with, however much of time is shown, so that every change is in one point and in no second one. A rate over such a
 * range would not see what changes between its last sample and the next range's first.
 */
const changed = 'autoscaler_changes_total - autoscaler_changes_total offset $__interval';

/** What happened, on every board: alerts, releases, and each change of the number of replicas with its reason. */
export const annotations = [
  ['Alerts', 'red', 'ALERTS{alertstate="firing", alertname!="Watchdog"}', '{{alertname}}', '{{severity}}, {{service}}'],
  ['Releases', 'purple', 'autoscaler_release_active == 1', 'release', 'a release is under way'],
  ['Replicas', 'blue', `sum by (reason) (${changed} > 0)`, '{{reason}}', 'the number of replicas changes'],
] as const;

const link = (title: string, uid: string) =>
  new dashboard.DashboardLinkBuilder(title).type(dashboard.DashboardLinkType.Link).url(`/d/${uid}`).keepTime(true);

/** A whole dashboard as Grafana reads it; the same specification is always the same text. */
export function buildDashboard({ board, description, rows, title }: BoardSpec): dashboard.Dashboard {
  const builder = new dashboard.DashboardBuilder(title)
    .uid(boards[board].uid)
    .description(description)
    .tags(['shortstack'])
    .readonly()
    .tooltip(dashboard.DashboardCursorSync.Crosshair)
    .time({ from: 'now-1h', to: 'now' })
    .refresh('10s')
    .timezone('browser');
  for (const [key, { uid }] of Object.entries(boards)) if (key !== board) builder.link(link(key, uid));
  for (const [name, color, expr, heading, text] of annotations)
    builder.annotation(annotation(name, color, expr, heading, text));
  for (const { panels, title: heading } of rows) {
    builder.withRow(new dashboard.RowBuilder(heading));
    for (const panel of panels) builder.withPanel(buildPanel(panel));
  }
  return builder.build();
}
