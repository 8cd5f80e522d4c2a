import { z } from 'zod';
import {
  decimal,
  hostName,
  image,
  imageOrEmpty,
  integer,
  port,
  type StackSetting,
  secret,
  setting,
  text,
  volume,
} from './setting.ts';
import { monitoringImages, monitoringSettings } from './settings-monitoring.ts';
import { mounted } from './stack/mounted.ts';

const addresses = [
  setting(
    'COMPOSE_PROJECT_NAME',
    z
      .string()
      .regex(/^[a-z0-9][a-z0-9_-]*$/)
      .describe('a-z, 0-9, _ and -'),
    'shortstack',
    'Name of the stack: the first part of its containers, networks and volumes.',
  ),
  setting('HTTP_PORT', port, '80', 'Port for HTTP.'),
  setting('HTTPS_PORT', port, '443', 'Port for HTTPS.'),
  setting('DOMAIN', hostName, '', 'Public name. When set, a certificate is fetched for it and HTTP is sent to HTTPS.'),
  setting('ACME_EMAIL', text, '', 'Where the certificate authority writes to. Needed with DOMAIN.'),
  setting('ACME_SERVER', text, '', "Directory URL of the certificate authority; empty means the client's default."),
  setting(
    'CERTIFICATE_NAMES',
    text,
    'localhost,127.0.0.1,::1',
    'Names and addresses of the self-signed certificate, which serves until there is a better one.',
  ),
  setting(
    'EDGE_NETWORK',
    z
      .string()
      .regex(/^(\d{1,3}\.){2}\d{1,3}$/)
      .describe('three numbers with dots'),
    '10.213.77',
    'First three numbers of the /24 in which nginx, the autoscaler and the replicas meet.',
  ),
  setting(
    'PUBLISH_ADDRESS',
    z
      .string()
      .regex(/^[0-9a-f.:[\]]+$/)
      .describe('an address'),
    '0.0.0.0',
    'Address that HTTP_PORT and HTTPS_PORT listen on.',
  ),
];

const limits = [
  setting(
    'EDGE_LIMIT',
    z.enum(['on', 'off']).describe('on or off'),
    'on',
    "nginx's limit per address; never on redirects.",
  ),
  setting('EDGE_RATE', integer(1, 1_000_000), '50', 'Requests of one address.', { unit: 'per second' }),
  setting('EDGE_BURST', integer(1, 1_000_000), '100', 'Requests of one address that may come at once.'),
  setting('APP_CPUS', decimal, '0.75', 'CPUs of one replica.'),
  setting('NGINX_CPUS', decimal, '2', 'CPUs of nginx; not more than the machine has.'),
  setting('POSTGRES_CPUS', decimal, '1.5', 'CPUs of Postgres; not more than the machine has.'),
  setting(
    'CONNECTIONS_PER_REPLICA',
    integer(1, 50),
    '12',
    'Postgres connections that a replica may open: its pool and four more. Bounds the number of replicas.',
  ),
  setting(
    'QUEUE_FSYNC',
    z.enum(['always', 'everysec', 'no']).describe('always, everysec or no'),
    'no',
    'When clicks that are not in Postgres yet reach the disk.',
  ),
];

const secrets = [
  setting('API_KEY', secret, '', 'Admin key of the API. Made at the first start.', { secret: true }),
  setting('CHAOS_TOKEN', secret, '', 'Token of POST /chaos. Made at the first start.', { secret: true }),
  setting('GRAFANA_PASSWORD', secret, '', 'Password of the user admin. Made at the first start.', { secret: true }),
  setting(
    'BACKUP_PASSPHRASE',
    secret,
    '',
    'Encrypts backups. Made at the first start; keep a copy elsewhere: without it no backup can be read.',
    { secret: true },
  ),
];

const backups = [
  setting('BACKUP_CPUS', decimal, '0.1', 'CPUs of backups and drills. More is quicker, and slows redirects meanwhile.'),
  setting('BACKUP_HOURS', integer(1, 168), '24', 'A backup of what has changed, so many hours after the last one.'),
  setting('BACKUP_FULL_DAYS', integer(1, 90), '7', 'A full backup, so many days after the last full one.'),
  setting('BACKUP_KEEP', integer(1, 100), '2', 'Full backups that are kept, each with all that came after it.'),
  setting('BACKUP_DRILL_HOUR', integer(0, 23), '3', 'Hour (UTC) from which the nightly restore drill is due.'),
  setting('BACKUP_PASSPHRASE_BEFORE', text, '', 'Reads backups from before the last renewal. Kept by the scripts.', {
    secret: true,
  }),
  ...['BACKUP_GENERATION', 'BACKUP_GENERATION_BEFORE', 'BACKUP_RENEWAL'].map((name) =>
    setting(name, text, '', 'Where backups of a passphrase are. Kept by scripts/rotate-secret.'),
  ),
  setting('BACKUP_S3_BUCKET', text, '', 'Bucket of S3-compatible storage that gets every backup as well.'),
  setting('BACKUP_S3_ENDPOINT', text, '', 'Its host name.'),
  setting('BACKUP_S3_REGION', text, '', 'Its region.'),
  setting('BACKUP_S3_KEY', text, '', 'Key for it.', { secret: true }),
  setting('BACKUP_S3_SECRET', text, '', 'Secret of that key.', { secret: true }),
  setting(
    'BACKUP_NETWORK_INTERNAL',
    z.enum(['true', 'false']).describe('true or false'),
    'true',
    'Whether backups stay on this machine. Kept by the scripts.',
  ),
  setting('SECRETS_REVISION', text, '', 'Grows with each renewed secret. Kept by scripts/rotate-secret.'),
  setting('POSTGRES_VOLUME', volume, '', 'Volume of the database; empty means the first one. Kept by scripts/restore.'),
  setting('POSTGRES_VOLUME_BEFORE', volume, '', 'The one before the last restore. Kept by scripts/restore.'),
  setting(
    'POSTGRES_VOLUME_NEXT',
    volume,
    '',
    'The one that a restore is about to serve from. Kept by scripts/restore.',
  ),
  setting('POSTGRES_VOLUME_OLDER', volume, '', 'What POSTGRES_VOLUME_BEFORE was until then. Kept by scripts/restore.'),
];

const images = [
  setting('NGINX_IMAGE', image, 'nginx:1.30.6', 'Image of nginx.'),
  setting('POSTGRES_IMAGE', image, 'postgres:17.11', 'Image of Postgres.'),
  setting('CACHE_IMAGE', image, 'valkey/valkey:9.1.2', 'Image of the cache: Valkey 9 or Redis 8.'),
  setting('QUEUE_IMAGE', image, 'valkey/valkey:9.1.2', 'Image of the queue: Valkey 9 or Redis 8.'),
  setting('APP_IMAGE', imageOrEmpty, '', 'Image of the app. Kept by the scripts: what serves now.'),
  setting('AUTOSCALER_IMAGE', imageOrEmpty, '', 'Image of the autoscaler. Empty means built here.'),
  setting('DATABASE_IMAGE', imageOrEmpty, '', 'Image of Postgres with pgBackRest. Empty means built here.'),
  setting('BACKUP_IMAGE', imageOrEmpty, '', 'Image of what keeps backups. Empty means built here.'),
  ...(['DATABASE_IMAGE', 'BACKUP_IMAGE', 'POSTGRES_IMAGE'] as const).map((name) =>
    setting(`${name}_UPGRADED_FROM`, imageOrEmpty, '', 'Before the last upgrade. Kept by scripts/upgrade-postgres.'),
  ),
  setting('POSTGRES_VOLUME_COPY', volume, '', 'The one that an upgrade fills. Kept by scripts/upgrade-postgres.'),
  setting('POSTGRES_VOLUME_UPGRADED_FROM', volume, '', 'Before the last upgrade. Kept by scripts/upgrade-postgres.'),
  setting('CERTIFICATES_IMAGE', imageOrEmpty, '', 'Image of what keeps certificates. Empty means built here.'),
];

const machine = [
  setting('DOCKER_SOCKET', text, '/var/run/docker.sock', "The engine's socket."),
  setting('DOCKER_GID', integer(0, 4_294_967), '0', 'Group that may use it. Kept by the scripts.'),
  ...Object.entries(mounted).map(([name, { service }]) =>
    setting(name, text, '', `Changes with the files that ${service} reads at its start. Kept by the scripts.`),
  ),
  setting('BUILD_CA', text, '/dev/null', 'Certificates that a build trusts, behind a proxy that inspects TLS.'),
];

/** Every setting of the stack, in the order in which the documentation shows them. */
export const stackSettings: readonly StackSetting[] = [
  ...addresses,
  ...limits,
  ...secrets,
  ...backups,
  ...monitoringSettings,
  ...images,
  ...monitoringImages,
  ...machine,
];

export type Environment = Readonly<Record<string, string | undefined>>;
export type StackResult =
  | { kind: 'ok'; values: Readonly<Record<string, string>> }
  | { kind: 'problems'; problems: string[] };

const contradictions = (values: Readonly<Record<string, string>>): string[] => [
  ...(values['DOMAIN'] && !values['ACME_EMAIL'] ? ['ACME_EMAIL: needed with DOMAIN'] : []),
  ...(values['BACKUP_S3_BUCKET']
    ? ['ENDPOINT', 'REGION', 'KEY', 'SECRET']
        .filter((name) => !values[`BACKUP_S3_${name}`])
        .map((name) => `BACKUP_S3_${name}: needed with BACKUP_S3_BUCKET`)
    : []),
  ...(values['HTTP_PORT'] === values['HTTPS_PORT'] ? ['HTTPS_PORT: is the same as HTTP_PORT'] : []),
];

/** Every setting of the stack with its value, or every problem found. An unset or empty one takes its default. */
export function readStackSettings(env: Environment): StackResult {
  const rows = stackSettings.map((row) => ({ row, value: env[row.name] || row.fallback }));
  const problems = rows
    .filter(({ row, value }) => !row.schema.safeParse(value).success)
    .map(({ row, value }) => {
      const seen = row.secret ? 'the value given (secret, not shown)' : JSON.stringify(value);
      return `${row.name}: ${seen} is not allowed; allowed: ${row.schema.description}`;
    });
  const values = Object.fromEntries(rows.map(({ row, value }) => [row.name, value]));
  const all = [...problems, ...contradictions(values)];
  return all.length > 0 ? { kind: 'problems', problems: all } : { kind: 'ok', values };
}
