import { z } from 'zod';
import type { Coefficients } from './coefficients.ts';

/** What of the stack runs: scripts/up --profile. */
export const profiles = ['core', 'observability', 'full'] as const;
export type Profile = (typeof profiles)[number];

/** Coefficients, with the MiB that monitoring takes beside the core in each profile. */
export type Figures = Coefficients & { readonly monitoringMb: Readonly<Record<Profile, number>> };

const parts = z.record(z.string(), z.number());
const measured = z.object({ observability: parts, full: parts });

const sum = (each: Readonly<Record<string, number>>): number => Object.values(each).reduce((all, one) => all + one, 0);

/** Coefficients with what monitoring/memory.json says. */
export function withMonitoring(coefficients: Coefficients, memory: unknown): Figures {
  const { observability, full } = measured.parse(memory);
  const alerts = Math.round(sum(observability));
  return { ...coefficients, monitoringMb: { core: 0, observability: alerts, full: alerts + Math.round(sum(full)) } };
}
