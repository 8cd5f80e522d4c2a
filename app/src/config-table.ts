import { z } from 'zod';
import { pageSettings } from './config-pages.ts';
import { tracingSettings } from './config-tracing.ts';
import {
  baseUrl,
  headerSecret,
  integer,
  onOff,
  optional,
  origins,
  postgresUrl,
  redisUrl,
  setting,
} from './config-values.ts';

/** Every setting of the service: what is not here cannot be set. */
export const settings = {
  port: setting('PORT', integer(0, 65_535), '8080', 'TCP port that the service listens on; 0 takes a free one.'),
  host: setting('HOST', z.string().min(1).describe('an address or host name'), '127.0.0.1', 'Address to listen on.'),
  socketFolder: setting(
    'SOCKET_FOLDER',
    optional(z.string().startsWith('/'), 'an absolute path'),
    '',
    'Folder in which the service listens as well, by a unix socket with its host name, for a proxy on the same machine. Empty means none.',
  ),
  baseUrl: setting(
    'BASE_URL',
    optional(baseUrl, 'an http or https URL without query, fragment and credentials'),
    '',
    'Public address that short links begin with; empty means http://HOST:PORT.',
  ),
  databaseUrl: setting(
    'DATABASE_URL',
    optional(postgresUrl, 'a postgres:// URL'),
    '',
    'Postgres, the source of truth. Empty with `npm start` means the embedded one.',
    { secret: true },
  ),
  databasePoolSize: setting('DATABASE_POOL_SIZE', integer(1, 100), '10', 'Postgres connections for requests.'),
  databaseTimeout: setting(
    'DATABASE_TIMEOUT_MS',
    integer(50, 60_000),
    '2000',
    'Longest wait for one query of a request, and for a free connection; three times that for a commit.',
    { unit: 'ms' },
  ),
  cacheUrl: setting(
    'CACHE_URL',
    optional(redisUrl, 'a redis:// or rediss:// URL'),
    '',
    'Shared cache store (allkeys-lfu, rebuildable). Empty means none.',
    { secret: true },
  ),
  queueUrl: setting(
    'QUEUE_URL',
    optional(redisUrl, 'a redis:// or rediss:// URL'),
    '',
    'Queue store for clicks (noeviction, AOF). Empty means clicks go to Postgres directly.',
    { secret: true },
  ),
  storeTimeout: setting(
    'STORE_TIMEOUT_MS',
    integer(10, 5_000),
    '150',
    'Longest wait for one answer of the cache or the queue.',
    { unit: 'ms' },
  ),
  dataDir: setting(
    'DATA_DIR',
    z.string().min(1).describe('a folder'),
    '.data',
    'Folder of the embedded Postgres and of what `npm start` keeps.',
  ),
  auth: setting(
    'AUTH',
    optional(onOff, 'on or off'),
    '',
    'Whether API requests need a key. Empty means off on a loopback HOST, else on.',
  ),
  apiKey: setting(
    'API_KEY',
    optional(headerSecret, '16 to 256 characters without blanks'),
    '',
    'An admin key that always exists.',
    { secret: true },
  ),
  chaosToken: setting(
    'CHAOS_TOKEN',
    optional(headerSecret, '16 to 256 characters without blanks'),
    '',
    'Token of POST /chaos; empty closes it.',
    { secret: true },
  ),
  codeSecret: setting(
    'CODE_SECRET',
    optional(z.string().min(16).max(256), 'at least 16 characters'),
    '',
    'Key of the short codes. Empty means one made at first start and kept in Postgres.',
    { secret: true },
  ),
  trustProxy: setting(
    'TRUST_PROXY',
    onOff,
    'off',
    'Whether the right-most X-Forwarded-For is the client, and what else our nginx says of a request is believed: only when nothing but it can reach the port.',
  ),
  corsOrigins: setting('CORS_ORIGINS', origins, '', 'Origins that browsers may call the API from.'),
  shedding: setting(
    'SHEDDING',
    onOff,
    'on',
    'Whether a replica that cannot keep up refuses requests (503, Retry-After): redirects last.',
  ),
  rateLimit: setting('RATE_LIMIT', onOff, 'on', "The app's own rate limits."),
  rateLimitCreate: setting('RATE_LIMIT_CREATE', integer(1, 1_000_000), '100', 'Creates, changes and deletes.', {
    unit: 'per minute and key or address',
  }),
  rateLimitBulk: setting('RATE_LIMIT_BULK', integer(1, 1_000_000), '10', 'Bulk imports and exports.', {
    unit: 'per minute and key or address',
  }),
  rateLimitRead: setting('RATE_LIMIT_READ', integer(1, 1_000_000), '600', 'Reads.', {
    unit: 'per minute and key or address',
  }),
  bodyLimit: setting('BODY_LIMIT_BYTES', integer(1_024, 16_777_216), '262144', 'Largest JSON body.', { unit: 'bytes' }),
  bulkLimit: setting('BULK_LIMIT_BYTES', integer(1_024, 268_435_456), '33554432', 'Largest bulk upload.', {
    unit: 'bytes',
  }),
  l1Entries: setting(
    'L1_ENTRIES',
    integer(100, 1_000_000),
    '20000',
    "Links kept in each replica's own cache; long ones count as several.",
  ),
  cacheTtl: setting('CACHE_TTL_SECONDS', integer(1, 86_400), '3600', 'Backstop life of a shared cache entry.', {
    unit: 's',
  }),
  cacheLease: setting(
    'CACHE_LEASE_MS',
    integer(50, 5_000),
    '250',
    'How long a replica trusts its own cache without a sign of life from the cache store; a write that cannot reach that store waits this long.',
    { unit: 'ms' },
  ),
  clickBuffer: setting(
    'CLICK_BUFFER',
    integer(100, 10_000_000),
    '200000',
    'Clicks kept in memory while both the queue and Postgres are down, one that came alone counted as two; more are dropped and counted.',
  ),
  queueCapacity: setting(
    'QUEUE_CAPACITY_BYTES',
    integer(1_048_576, 1_099_511_627_776),
    '201326592',
    'Size of the click stream that counts as full; at 90 % clicks go to Postgres directly.',
    { unit: 'bytes' },
  ),
  eventRetention: setting(
    'EVENT_RETENTION_MONTHS',
    integer(0, 1_200),
    '0',
    'Months of events to keep; older partitions are dropped, rollups stay. 0 keeps all.',
    { unit: 'months' },
  ),
  drainTimeout: setting('DRAIN_TIMEOUT_SECONDS', integer(1, 600), '20', 'Longest wait for requests at a stop.', {
    unit: 's',
  }),
  requestTimeout: setting(
    'REQUEST_TIMEOUT_SECONDS',
    integer(1, 600),
    '30',
    'Longest wait for a request and its body; for an upload three times as long.',
    {
      unit: 's',
    },
  ),
  logLevel: setting(
    'LOG_LEVEL',
    z.enum(['error', 'warn', 'info', 'debug']).describe('error, warn, info or debug'),
    'info',
    'Least severe level that is logged. SIGUSR2 switches debug lines on and off while a replica runs.',
  ),
  logRate: setting('LOG_RATE', integer(0, 1_000_000), '500', 'Requests logged one by one; above it a sample.', {
    unit: 'per second',
  }),
  release: setting('RELEASE', z.string().max(200).describe('a text'), '', 'Name of the running release, for metrics.'),
  ...pageSettings,
  ...tracingSettings,
};
