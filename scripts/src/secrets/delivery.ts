import { createHash } from 'node:crypto';

const files = {
  smtp_password: 'SMTP_PASSWORD',
  discord_webhook_url: 'DISCORD_WEBHOOK_URL',
  heartbeat_url: 'HEARTBEAT_URL',
} as const;

/** What `.env` sets. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** What Alertmanager must know to reach people and nobody else may: each a file, empty where it is not set. */
export const deliverySecrets = (env: Environment): Record<string, string> =>
  Object.fromEntries(Object.entries(files).map(([file, name]) => [file, env[name] ?? '']));

/** Changes with those secrets, so that Compose makes Alertmanager anew when one of them is another; tells nothing of them. */
export const deliveryMark = (env: Environment): string =>
  createHash('sha256')
    .update(JSON.stringify(deliverySecrets(env)))
    .digest('hex')
    .slice(0, 12);

/** Whether anybody is told of alerts. */
export const tellsSomebody = (env: Environment): boolean =>
  Boolean((env['SMTP_HOST'] && env['SMTP_TO']) || env['DISCORD_WEBHOOK_URL']);
