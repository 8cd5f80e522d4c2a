import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The project's folder, and a copy of it in which the tests keep settings and secrets of their own. */
export const source = join(import.meta.dirname, '..', '..', '..');
export const checkout = join(tmpdir(), 'shortstack-stack-tests');

export const project = 'stacktest';
/** Of the service that is not ours. */
export const otherProject = 'othertest';
export const httpPort = 18_180;
export const httpsPort = 18_543;
export const base = `http://127.0.0.1:${httpPort}`;

/** Settings of the stack under test: what makes it quick to watch, and lets one address send all the load. */
export const settings = {
  COMPOSE_PROJECT_NAME: project,
  HTTP_PORT: String(httpPort),
  HTTPS_PORT: String(httpsPort),
  PUBLISH_ADDRESS: '127.0.0.1',
  PROMETHEUS_PORT: '18190',
  ALERTMANAGER_PORT: '18193',
  GRAFANA_PORT: '18130',
  LOKI_PORT: '18131',
  JAEGER_PORT: '18186',
  EDGE_NETWORK: '10.213.78',
  // Drills are the mail server themselves.
  SMTP_HOST: 'host.docker.internal',
  SMTP_PORT: '18125',
  SMTP_TLS: 'off',
  SMTP_TO: 'watch@example.test',
  EDGE_LIMIT: 'off',
  RATE_LIMIT: 'off',
  LOG_RATE: '50',
  // The clients share the machine with what they load, and so may others: full replicas would need a machine of their own.
  // Three must come down to two below two thirds of it: on a slow machine a replica without a request uses 8 %.
  AUTOSCALER_TARGET_PERCENT: '25',
  AUTOSCALER_DOWN_WINDOW_SECONDS: '10',
  AUTOSCALER_DOWN_PERIOD_SECONDS: '5',
  // Whatever else runs on the machine of the tests must not keep replicas alive, nor ask for more of them.
  AUTOSCALER_PRESSURE_PERCENT: '100',
  AUTOSCALER_LAG_MS: '0',
};
