import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { type Inbox, openInbox } from './support/inbox.ts';
import { startAlertmanager } from './support/pipeline.ts';

// Which alert keeps quiet about which, asked of the Alertmanager that would send them.

type Labels = { alertname: string; service: string; severity: 'critical' | 'warning'; slo?: string };
type Told = { labels: Labels; fingerprint: string; status: { state: string; inhibitedBy: string[] } };

const label = (alertname: string, service: string, severity: Labels['severity'] = 'critical'): Labels => ({
  alertname,
  service,
  severity,
});

const held = new AsyncDisposableStack();
let inbox: Inbox;
let api: string;
let firing: Labels[] = [];

beforeAll(async () => {
  const folder = await mkdtemp(join(tmpdir(), 'inhibition-'));
  held.defer(() => rm(folder, { recursive: true, force: true }));
  inbox = held.use(await openInbox());
  api = `http://${await startAlertmanager(held, folder, inbox)}/api/v2/alerts`;
});
afterAll(() => held.disposeAsync());

async function post(labels: readonly Labels[], more: object): Promise<void> {
  const body = JSON.stringify(labels.map((one) => ({ labels: one, annotations: { summary: 'a test' }, ...more })));
  const answer = await fetch(api, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
  expect(answer.status).toBe(200);
}
async function fire(...labels: Labels[]): Promise<void> {
  firing.push(...labels);
  await post(labels, {});
}
async function end(...labels: Labels[]): Promise<void> {
  firing = firing.filter((one) => !labels.includes(one));
  await post(labels, { endsAt: new Date().toISOString() });
}

/** What Alertmanager says of these, once it says what is waited for. */
async function until(fits: (told: readonly Told[]) => boolean): Promise<Told[]> {
  const patience = AbortSignal.timeout(30_000);
  for (;;) {
    const told = (await (await fetch(api, { signal: patience })).json()) as Told[];
    if (fits(told)) return told;
    await sleep(50, undefined, { signal: patience });
  }
}
const isMuted = (labels: Labels) => (told: readonly Told[]) =>
  told.some(
    (one) =>
      one.status.state === 'suppressed' &&
      one.labels.alertname === labels.alertname &&
      one.labels.severity === labels.severity,
  );

afterEach(async () => {
  await end(...firing);
  await until((told) => told.length === 0);
});

const warning = 'warning' as const;

describe('a cause keeps its consequences quiet, and nothing else', () => {
  test.each<[string, Labels, Labels, Labels]>([
    [
      'the same, but worse',
      label('HighMemoryUsage', 'host'),
      label('HighMemoryUsage', 'host', warning),
      label('HighCPU', 'host', warning),
    ],
    [
      'a dead service',
      label('ServiceDown', 'app'),
      label('SLOFastBurn', 'edge'),
      label('AutoscalerStuck', 'autoscaler'),
    ],
    [
      'a dead autoscaler',
      label('ServiceDown', 'autoscaler'),
      label('AutoscalerStuck', 'autoscaler'),
      label('HighErrorRate', 'app'),
    ],
    [
      'a dead cache',
      label('RedisDown', 'cache'),
      label('CacheHitRatioLow', 'cache', warning),
      label('HighErrorRate', 'app'),
    ],
    [
      'a dead queue',
      label('RedisDown', 'queue'),
      label('ClickIngestStalled', 'clicks'),
      label('EdgeErrorRate', 'nginx'),
    ],
    [
      'the breaker before a dead store, and no failing redirects',
      label('RedisDown', 'queue'),
      label('BreakerOpen', 'queue', warning),
      { ...label('SLOFastBurn', 'edge'), slo: 'availability' },
    ],
    [
      'redirects that are slow without a store, and not those that fail',
      label('RedisDown', 'cache'),
      { ...label('SLOFastBurn', 'edge'), slo: 'latency_p95' },
      label('ClickIngestStalled', 'clicks'),
    ],
    [
      'a dead database',
      label('PostgresDown', 'postgres'),
      label('PgPoolExhausted', 'app', warning),
      label('ClicksDropped', 'clicks'),
    ],
  ])('%s', async (_what, cause, consequence, other) => {
    await fire(cause, consequence, other);
    const told = await until(isMuted(consequence));
    const of = ({ alertname, severity }: Labels) =>
      told.find(({ labels }) => labels.alertname === alertname && labels.severity === severity);
    expect(of(consequence)?.status.inhibitedBy).toEqual([of(cause)?.fingerprint]);
    expect([of(cause)?.status.inhibitedBy, of(other)?.status.inhibitedBy]).toEqual([[], []]);
  });
});

test('what is muted is not sent while its cause fires, and is sent when that is over', async () => {
  const [cause, consequence] = [label('PostgresDown', 'postgres'), label('HighErrorRate', 'app')];
  const later = label('ClicksDropped', 'clicks');
  const about = ({ alertname }: Labels) =>
    inbox.messages.filter(({ subject }) => subject.startsWith(`CRITICAL ${alertname}: `));
  const arrives = ({ alertname }: Labels) =>
    inbox.until(
      `a mail of ${alertname}`,
      ({ by, subject }) => by === 'mail' && subject.startsWith(`CRITICAL ${alertname}: `),
      60_000,
    );
  await fire(cause, consequence);
  await until(isMuted(consequence));
  await arrives(cause);
  // Begun after it and sent as quickly: by then the muted one would have come, too.
  await fire(later);
  await arrives(later);
  expect(about(consequence)).toEqual([]);
  await end(cause);
  await arrives(consequence);
}, 180_000);
