import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import * as common from '@grafana/grafana-foundation-sdk/common';
import * as dashboard from '@grafana/grafana-foundation-sdk/dashboard';
import * as heatmap from '@grafana/grafana-foundation-sdk/heatmap';
import * as logs from '@grafana/grafana-foundation-sdk/logs';
import * as loki from '@grafana/grafana-foundation-sdk/loki';
import * as prometheus from '@grafana/grafana-foundation-sdk/prometheus';
import * as stat from '@grafana/grafana-foundation-sdk/stat';
import * as table from '@grafana/grafana-foundation-sdk/table';
import * as timeseries from '@grafana/grafana-foundation-sdk/timeseries';
import { panelId } from '../panels.ts';
import { type PanelSpec, plain, type Query, type Step } from './spec.ts';

/** The provisioned data sources, by their fixed uids. */
export const sources = {
  prometheus: { type: 'prometheus', uid: 'prometheus' },
  loki: { type: 'loki', uid: 'loki' },
} as const;

const thresholds = (steps: readonly Step[]) =>
  new dashboard.ThresholdsConfigBuilder()
    .mode(dashboard.ThresholdsMode.Absolute)
    .steps(steps.map(([value, color]) => ({ value, color })));

const metricQuery = (
  { exemplars, expr, instant, legend }: Query,
  index: number,
  format: prometheus.PromQueryFormat,
) => {
  const query = new prometheus.DataqueryBuilder()
    .refId(String.fromCharCode(65 + index))
    .datasource(sources.prometheus)
    .expr(expr)
    .format(format)
    .legendFormat(legend ?? '__auto');
  if (exemplars) query.exemplar(true);
  return instant ? query.instant() : query.range();
};

const logQuery = ({ expr }: Query, index: number) =>
  new loki.DataqueryBuilder()
    .refId(String.fromCharCode(65 + index))
    .datasource(sources.loki)
    .expr(expr)
    .maxLines(200);

const wordsOf = (words: Readonly<Record<string, string>>): dashboard.ValueMapping[] => [
  {
    type: dashboard.MappingType.ValueToText,
    options: Object.fromEntries(Object.entries(words).map(([value, text], index) => [value, { text, index }])),
  },
];

/** What a stat says where it knows nothing. Without a colour of its own it would have that of the lowest step, which may be green. */
const unknown = (text: string): dashboard.ValueMapping => ({
  type: dashboard.MappingType.SpecialValue,
  options: { match: dashboard.SpecialValueMatch.NullAndNan, result: { text, color: '#808080' } },
});

const dashed = () => new common.GraphThresholdsStyleConfigBuilder().mode(common.GraphThresholdsStyleMode.Dashed);

/** How a line looks that is a limit. */
const asLimit: dashboard.DynamicConfigValue[] = [
  { id: 'custom.lineStyle', value: { fill: 'dash', dash: [10, 10] } },
  { id: 'custom.fillOpacity', value: 0 },
  { id: 'color', value: { mode: 'fixed', fixedColor: 'red' } },
];

function lines({ kind, queries, steps }: PanelSpec): timeseries.PanelBuilder {
  const panel = new timeseries.PanelBuilder()
    .lineWidth(1)
    .fillOpacity(kind === 'stacked' ? 40 : 8)
    .showPoints(common.VisibilityMode.Never)
    .legend(
      new common.VizLegendOptionsBuilder()
        .displayMode(common.LegendDisplayMode.List)
        .placement(common.LegendPlacement.Bottom)
        .showLegend(true),
    )
    .tooltip(
      new common.VizTooltipOptionsBuilder().mode(common.TooltipDisplayMode.Multi).sort(common.SortOrder.Descending),
    );
  if (kind === 'stacked') panel.stacking(new common.StackingConfigBuilder().mode(common.StackingMode.Normal));
  if (steps) panel.thresholdsStyle(dashed());
  for (const { legend = '', limit } of queries) if (limit) panel.overrideByName(legend, asLimit);
  return panel;
}

const stats = (): stat.PanelBuilder =>
  new stat.PanelBuilder()
    .reduceOptions(new common.ReduceDataOptionsBuilder().calcs(['lastNotNull']))
    .colorMode(common.BigValueColorMode.BackgroundSolid)
    .graphMode(common.BigValueGraphMode.None)
    .textMode(common.BigValueTextMode.Auto);

const heat = ({ axis = 'none', unit }: PanelSpec): heatmap.PanelBuilder =>
  new heatmap.PanelBuilder()
    .calculate(false)
    .yAxis(new heatmap.YAxisConfigBuilder().unit(axis))
    .cellValues(new heatmap.CellValuesBuilder().unit(unit))
    .color(new heatmap.HeatmapColorOptionsBuilder().mode(heatmap.HeatmapColorMode.Scheme).scheme('Oranges').steps(32));

type MetricPanel = timeseries.PanelBuilder | stat.PanelBuilder | heatmap.PanelBuilder | table.PanelBuilder;

const empty = (spec: PanelSpec): MetricPanel => {
  if (spec.kind === 'stat') return stats();
  if (spec.kind === 'heatmap') return heat(spec);
  return spec.kind === 'table' ? new table.PanelBuilder() : lines(spec);
};

const formats = {
  heatmap: prometheus.PromQueryFormat.Heatmap,
  table: prometheus.PromQueryFormat.Table,
} as const;

/** A stat tells of now: of a span it would go on showing the last that was known, long after whoever told it is gone. */
const asked = ({ kind }: PanelSpec, query: Query): Query => (kind === 'stat' ? { ...query, instant: true } : query);

function metricPanel(spec: PanelSpec): MetricPanel {
  const { decimals, emptyWhenIdle, kind, max, mayBeEmpty, min, queries, steps = plain, unit, words } = spec;
  const format = kind === 'heatmap' || kind === 'table' ? formats[kind] : prometheus.PromQueryFormat.TimeSeries;
  const nothing = mayBeEmpty ?? emptyWhenIdle ?? 'no data';
  const panel = empty(spec).datasource(sources.prometheus).unit(unit).thresholds(thresholds(steps)).noValue(nothing);
  if (min !== undefined) panel.min(min);
  if (max !== undefined) panel.max(max);
  if (decimals !== undefined) panel.decimals(decimals);
  const mappings = [...(words ? wordsOf(words) : []), ...(kind === 'stat' ? [unknown(nothing)] : [])];
  if (mappings.length > 0) panel.mappings(mappings);
  for (const [index, query] of queries.entries()) panel.withTarget(metricQuery(asked(spec, query), index, format));
  return panel;
}

function logPanel({ queries }: PanelSpec): logs.PanelBuilder {
  const panel = new logs.PanelBuilder()
    .datasource(sources.loki)
    .showTime(true)
    .wrapLogMessage(true)
    .enableLogDetails(true)
    .sortOrder(common.LogsSortOrder.Descending);
  for (const [index, query] of queries.entries()) panel.withTarget(logQuery(query, index));
  return panel;
}

/** Height of a panel of which nothing is said, in Grafana's rows. */
const usualHeight = { stat: 4, lines: 8, stacked: 8, heatmap: 8, table: 8, logs: 10 } as const;

/** Grafana's panel of a specification, with its fixed id. */
export function buildPanel(spec: PanelSpec): Builder<dashboard.Panel> {
  const { description, height, kind, panel, title, width } = spec;
  return (kind === 'logs' ? logPanel(spec) : metricPanel(spec))
    .id(panelId(panel))
    .title(title)
    .description(description)
    .span(width)
    .height(height ?? usualHeight[kind]);
}
