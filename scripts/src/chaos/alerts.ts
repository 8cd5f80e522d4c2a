import { z } from 'zod';
import type { Seen } from './alert-log.ts';

const answer = z.object({
  data: z.object({
    alerts: z.array(z.object({ labels: z.object({ alertname: z.string() }), state: z.enum(['pending', 'firing']) })),
  }),
});

const timeout = 3_000;

/** The alerts that a Prometheus at this address has now; undefined while it does not answer. */
export async function lookAtAlerts(address: string): Promise<Seen[] | undefined> {
  const signal = AbortSignal.timeout(timeout);
  const response = await fetch(`${address}/api/v1/alerts`, { signal }).catch(() => undefined);
  const body = await response?.json().catch(() => undefined);
  const { data } = answer.safeParse(body);
  return data?.data.alerts.map(({ labels, state }) => ({ name: labels.alertname, state }));
}
