import { buildDashboard } from '../dashboards/dashboard.ts';
import type { BoardSpec } from '../dashboards/spec.ts';
import { autoscalerBoard } from './autoscaler.ts';
import { clicksBoard } from './clicks.ts';
import { golden } from './golden.ts';
import { machineBoard } from './machine.ts';
import { objectivesBoard } from './objectives.ts';
import { storesBoard } from './stores.ts';

/** Every board. */
export const allBoards: readonly BoardSpec[] = [
  golden,
  autoscalerBoard,
  clicksBoard,
  storesBoard,
  machineBoard,
  objectivesBoard,
];

/** The dashboards as Grafana reads them, by name of the file. */
export const dashboardFiles = (): Record<string, string> =>
  Object.fromEntries(
    allBoards.map((spec) => [`${spec.board}.json`, `${JSON.stringify(buildDashboard(spec), null, 2)}\n`]),
  );
