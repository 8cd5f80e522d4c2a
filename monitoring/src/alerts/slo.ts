import { objectives, type Slo } from '../slo.ts';
import type { Alert } from './alert.ts';

type Window = Slo['burn']['fast'][number];

/** Where there are few redirects, one that failed is more than any share that is allowed: so many must have. */
const several = (window: string): string =>
  `slo:bad:ratio_rate${window} * on () group_left () slo:redirects:increase${window} >= ${objectives.fewest_failures}`;

const burning = ({ long, short, factor }: Window): string =>
  `(slo:bad:ratio_rate${long} > on (slo) (${factor} * slo:budget:ratio) and on (slo) slo:bad:ratio_rate${short} > on (slo) (${factor} * slo:budget:ratio) and on (slo) ${several(long)})`;

/** With fewer redirects an hour the share of an hour says nothing. */
const enough = `on () (slo:redirects:increase1h >= ${objectives.fewest_requests_an_hour})`;
const any = (windows: readonly Window[]): string => `(${windows.map(burning).join('\nor ')})\nand ${enough}`;

const share = '{{ $value | humanizePercentage }}';
const base = { service: 'edge', panel: ['slo', 'burn'] } as const;

/** The error budget on its way to being spent: several windows, several burn rates, after the SRE Workbook. */
export const sloAlerts: readonly Alert[] = [
  {
    ...base,
    name: 'SLOFastBurn',
    expr: any(objectives.burn.fast),
    for: '30s',
    severity: 'critical',
    summary: 'The error budget of {{ $labels.slo }} burns within days',
    description: `${share} of redirects miss the objective {{ $labels.slo }}: at this pace the month's budget is gone in days.`,
    firstStep: 'scripts/doctor',
  },
  {
    ...base,
    name: 'SLOSlowBurn',
    expr: any(objectives.burn.slow),
    for: '15m',
    severity: 'warning',
    summary: 'The error budget of {{ $labels.slo }} will not last the month',
    description: `${share} of redirects miss the objective {{ $labels.slo }}, more than a month can afford.`,
    firstStep: 'scripts/status',
  },
];
