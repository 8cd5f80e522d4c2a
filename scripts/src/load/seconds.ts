import { ScriptError } from '../platform/run.ts';

const units: Readonly<Record<string, number>> = { '': 1, s: 1, m: 60, h: 3_600 };

/** Seconds of `90`, `90s`, `5m` or `1h`. */
export function readSeconds(text: string): number {
  const [, digits, unit = ''] = /^([1-9]\d{0,5})([smh]?)$/.exec(text) ?? [];
  const factor = units[unit];
  if (digits === undefined || factor === undefined) throw new ScriptError(`${text}: a duration such as 90s or 5m`);
  return Number(digits) * factor;
}
