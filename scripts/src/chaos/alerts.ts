import { z } from 'zod';
import type { Compose } from '../stack/compose.ts';
import type { Seen } from './alert-log.ts';

const answer = z.object({
  data: z.object({
    alerts: z.array(z.object({ labels: z.object({ alertname: z.string() }), state: z.enum(['pending', 'firing']) })),
  }),
});

/** The alerts of the stack's Prometheus. */
export type Alerts = {
  /** Whether there is one. */
  present(): Promise<boolean>;
  /** Undefined while it does not answer. */
  look(): Promise<Seen[] | undefined>;
};

const address = 'http://127.0.0.1:9090/api/v1/alerts';

/** Asks from inside its container: its port is not for everybody. */
export const createAlerts = ({ compose }: { compose: Compose }): Alerts => ({
  async present() {
    const containers = await compose.list();
    return containers.some(({ service, state }) => service === 'prometheus' && state === 'running');
  },
  async look() {
    const { code, stdout } = await compose.run([
      'exec',
      '-T',
      'prometheus',
      'wget',
      '-q',
      '-T',
      '3',
      '-O',
      '-',
      address,
    ]);
    if (code !== 0) return undefined;
    const { alerts } = answer.parse(JSON.parse(stdout)).data;
    return alerts.map(({ labels, state }) => ({ name: labels.alertname, state }));
  },
});
