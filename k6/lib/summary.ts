import { settings } from './settings.ts';

/** Everything that k6 counted, as JSON where `scripts/load` looks for it, else on the terminal. */
export function writeSummary(data: unknown): Record<string, string> {
  return { [settings.summary || 'stdout']: JSON.stringify(data, undefined, 1) };
}
