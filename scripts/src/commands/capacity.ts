import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { calibrateBreakpoint, calibrateRedirect, calibrateUsable } from '../capacity/calibrate.ts';
import { type Coefficients, coefficients } from '../capacity/coefficients.ts';
import { capacityPage, describePlan } from '../capacity/describe.ts';
import { type CapacityOptions, capacityUsage, parseCapacityOptions } from '../capacity/options.ts';
import { type Figures, withMonitoring } from '../capacity/profiles.ts';
import type { LoadResult } from '../load/result.ts';
import type { Command } from './command.ts';
import { withHelp } from './help.ts';

export const capacityData = 'docs/capacity.json';
export const capacityDocument = 'docs/capacity-plan.md';
const monitoringMemory = 'monitoring/memory.json';

const readResult = async (file: string): Promise<LoadResult> => JSON.parse(await readFile(file, 'utf8')) as LoadResult;

async function calibrated(
  before: Coefficients,
  { redirects, usable, breakpoint }: CapacityOptions,
): Promise<Coefficients> {
  const runs = await Promise.all(redirects.map(readResult));
  let after = runs.length > 0 ? calibrateRedirect(before, runs) : before;
  if (usable !== undefined) after = calibrateUsable(after, await readResult(usable));
  if (breakpoint !== undefined) after = calibrateBreakpoint(after, await readResult(breakpoint));
  return after;
}

/** Coefficients with what monitoring takes. */
export const withMeasuredMonitoring = async (root: string, data: Coefficients): Promise<Figures> =>
  withMonitoring(data, JSON.parse(await readFile(join(root, monitoringMemory), 'utf8')));

/** `capacity`: what a demand takes of a machine. */
export const capacity: Command = withHelp(capacityUsage, async ({ root, argv, print }) => {
  const options = parseCapacityOptions(argv);
  const before = coefficients.parse(JSON.parse(await readFile(join(root, capacityData), 'utf8')));
  const after = await calibrated(before, options);
  const data = after === before ? before : coefficients.parse(after);
  if (data !== before) {
    await writeFile(join(root, capacityData), `${JSON.stringify(data, undefined, 2)}\n`);
    print(`wrote ${capacityData}`);
  }
  const figures = await withMeasuredMonitoring(root, data);
  if (options.write) {
    await writeFile(join(root, capacityDocument), capacityPage(figures, options.demand));
    print(`wrote ${capacityDocument}`);
  } else print(describePlan(figures, options.demand));
  return 0;
});
