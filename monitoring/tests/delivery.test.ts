import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Inbox, type Message, openInbox, sender } from './support/inbox.ts';
import { type Pipeline, startPipeline } from './support/pipeline.ts';
import { openTargets, type Targets } from './support/targets.ts';
import { ago, gauge, perSecond, series, type World } from './support/world.ts';

// Real deliveries: Prometheus and Alertmanager as the stack configures them, a real SMTP server and a webhook at the end.

/** From the fault to the mail, and from the cure to its end, as promised. */
const toMail = 60_000;
const toResolved = 90_000;

type Fault = { alert: string; service: string; world: World };

const { app, autoscaler, request } = series;
const probe = 'probe_success{job="blackbox", target="http://nginx/health"}';

const faults: readonly Fault[] = [
  { alert: 'RedisDown', service: 'queue', world: { 'redis_up{job="redis", store="queue"}': gauge(0) } },
  { alert: 'PostgresDown', service: 'postgres', world: { 'pg_up{job="postgres"}': 'absent' } },
  { alert: 'ServiceDown', service: 'nginx', world: { 'nginx_up{job="nginx"}': gauge(0), [probe]: gauge(0) } },
  { alert: 'EndpointDown', service: 'edge', world: { [probe]: gauge(0) } },
  { alert: 'AutoscalerStuck', service: 'autoscaler', world: { [autoscaler('last_tick_timestamp_seconds')]: ago(25) } },
  { alert: 'ClicksDropped', service: 'clicks', world: { [app('clicks_dropped_total')]: perSecond(3) } },
];
/** Apart from the others: a dead store keeps it quiet, which is what inhibition is for. */
const errors: Fault = {
  alert: 'HighErrorRate',
  service: 'app',
  world: { [request('302')]: perSecond(5), [request('500')]: perSecond(5) },
};

/** A pipeline of its own, with what it looks at and where its messages arrive. */
type Stage = { inbox: Inbox; targets: Targets; pipeline: Pipeline };

const held = new AsyncDisposableStack();
let main: Stage;
let apart: Stage;

async function openStage(): Promise<Stage> {
  const inbox = held.use(await openInbox());
  const targets = held.use(await openTargets());
  return { inbox, targets, pipeline: held.use(await startPipeline(targets.address, inbox)) };
}

beforeAll(async () => {
  [main, apart] = await Promise.all([openStage(), openStage()]);
});

afterAll(() => held.disposeAsync());

const about = (state: 'CRITICAL' | 'resolved', alert: string, by: Message['by']) => (message: Message) =>
  message.by === by && message.subject.startsWith(`${state} ${alert}: `);

/** The fault, until everybody has been told; the cure, until everybody has been told of that. */
async function drill({ inbox, targets }: Stage, some: readonly Fault[]): Promise<void> {
  const tell = (state: 'CRITICAL' | 'resolved', within: number) =>
    Promise.all(
      some.flatMap(({ alert }) =>
        (['mail', 'webhook'] as const).map((by) =>
          inbox.until(`${state} ${alert} by ${by}`, about(state, alert, by), within),
        ),
      ),
    );
  targets.change(Object.assign({}, ...some.map(({ world }) => world)) as World);
  await tell('CRITICAL', toMail);
  targets.change({});
  await tell('resolved', toResolved);
}

/** Waits until Prometheus has seen requests, so that rates exist. */
async function untilTraffic({ pipeline }: Stage): Promise<void> {
  for (;;) {
    const answer = await fetch(`${pipeline.prometheus}/api/v1/query?query=app:requests:rate30s>9`);
    const { data } = (await answer.json()) as { data: { result: unknown[] } };
    if (data.result.length > 0) return;
    await new Promise((next) => setTimeout(next, 200));
  }
}

test('the rendered configuration has both channels, user and password, and no placeholder left', () => {
  expect(main.pipeline.config).toContain('smarthost: "127.0.0.1:');
  expect(main.pipeline.config).toContain(`auth_username: "${sender.user}"`);
  expect(main.pipeline.config).toContain('require_tls: true');
  expect(main.pipeline.config).toContain(`webhook_url: "${main.inbox.webhook}/discord"`);
  expect(main.pipeline.config).not.toMatch(/\$\{|\$[A-Z_]+|<[a-z_]+>/);
});

test('critical faults → each arrives by mail and webhook within 60 s, and its end within 90 s of the cure', async () => {
  await Promise.all([untilTraffic(main), untilTraffic(apart)]);
  await Promise.all([drill(main, faults), drill(apart, [errors])]);
}, 300_000);

test('nothing critical arrived that was not caused', () => {
  const expected = new Set([...faults, errors].map(({ alert }) => alert));
  const messages = [...main.inbox.messages, ...apart.inbox.messages];
  const subjects = messages.filter(({ path }) => path !== '/heartbeat').map(({ subject }) => subject);
  const others = subjects.filter((subject) => !expected.has(/^\w+ (\w+):/.exec(subject)?.[1] ?? ''));
  expect(others.filter((subject) => subject.startsWith('CRITICAL'))).toEqual([]);
});

test('a mail says how bad it is in numbers', () => {
  const mail = apart.inbox.messages.find(about('CRITICAL', 'HighErrorRate', 'mail'));
  expect(mail?.subject).toMatch(/: [45]\d(\.\d+)?% of requests fail$/);
});

test('a mail says what, since when, the first step and where to look, for a phone', () => {
  const mail = main.inbox.messages.find(about('CRITICAL', 'RedisDown', 'mail'))?.body.replaceAll('=\r\n', '') ?? '';
  for (const part of [
    'The queue is down',
    'since ',
    'docker compose ps -a queue',
    'https://example.test/runbook.md#redisdown',
  ])
    expect(mail).toContain(part);
  expect(mail).toContain('http://localhost:3000/d/shortstack-stores?viewPanel=3D1');
  expect(mail).toContain('width=3Ddevice-width');
  expect(mail).not.toMatch(/error expanding|no value/);
  expect(mail).not.toContain('runbook_url');
});

test('the watchdog beats', async () => {
  await main.inbox.until('a heartbeat', ({ path }) => path === '/heartbeat', toMail);
});
