import type { Board, Panel } from '../panels.ts';

/** A colour from a value on; the first has none below it. */
export type Step = readonly [from: number | null, color: 'green' | 'orange' | 'red' | 'blue' | 'text'];

export type Query = {
  expr: string;
  legend?: string;
  /** Only its newest value, as of every stat. */
  instant?: boolean;
  /** Points that lead to traces. */
  exemplars?: boolean;
  /** Where an alert is, if that is no fixed number: a dashed line. It has a legend. */
  limit?: boolean;
};

/** A panel as this project needs them; what it does not say is the same for all. */
export type PanelSpec = {
  panel: Panel;
  kind: 'stat' | 'lines' | 'stacked' | 'heatmap' | 'table' | 'logs';
  title: string;
  /** What it shows, and what to think of it. */
  description: string;
  queries: readonly Query[];
  /** A unit of Grafana. */
  unit: string;
  /** Of a heat map: the unit of its axis, while the other is that of its cells. */
  axis?: string;
  /** Colours of a stat; over time each is a dashed line where it begins. The last is where an alert is, if there is one. */
  steps?: readonly Step[];
  min?: number;
  max?: number;
  decimals?: number;
  /** What a value means in words. */
  words?: Readonly<Record<string, string>>;
  /** Of 24. */
  width: number;
  height?: number;
  /** Why it shows nothing as long as nobody asks for anything. */
  emptyWhenIdle?: string;
  /** After how many minutes of requests it shows something at the latest; absent is at once. */
  afterMinutes?: number;
  /** Why it may show nothing at any time though all is well. */
  mayBeEmpty?: string;
};

type Emptiness = Pick<PanelSpec, 'afterMinutes' | 'emptyWhenIdle' | 'mayBeEmpty'>;

/** Whether a panel that shows nothing is well, once there have been requests for so many minutes: 0 is none at all. */
export const mayShowNothing = ({ afterMinutes = 0, emptyWhenIdle, mayBeEmpty }: Emptiness, minutes: number): boolean =>
  mayBeEmpty !== undefined || (emptyWhenIdle !== undefined && (minutes === 0 || minutes < afterMinutes));

/** Panels under a title of their own. */
export type RowSpec = { title: string; panels: readonly PanelSpec[] };

export type BoardSpec = {
  board: Board;
  title: string;
  description: string;
  rows: readonly RowSpec[];
};

/** Good, worth a look, bad: with rising values. */
export const rising = (warn: number, bad: number): Step[] => [
  [null, 'green'],
  [warn, 'orange'],
  [bad, 'red'],
];

/** Good, worth a look, bad: with falling values. */
export const falling = (warn: number, bad: number): Step[] => [
  [null, 'red'],
  [bad, 'orange'],
  [warn, 'green'],
];

export const plain: Step[] = [[null, 'blue']];
