/** What users were promised: the file that alerts and documents use as well. Times are in milliseconds. */
export type Objective = { availability: number; p95: number; p99: number };

type File = { redirect: { availability: number; latency_ms: { p95: number; p99: number } } };

/** Reads it in k6. */
export function readObjective(): Objective {
  const { redirect } = JSON.parse(open(import.meta.resolve('../../monitoring/slo.json'))) as File;
  return { availability: redirect.availability, ...redirect.latency_ms };
}
