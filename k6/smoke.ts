import { iterationOf, optionsOf } from './lib/scenario.ts';
import { writeSummary } from './lib/summary.ts';
import { workloads } from './lib/workloads.ts';

export const options = optionsOf(workloads.smoke);
export const handleSummary = writeSummary;
export default iterationOf(workloads.smoke);
