import { expect, test } from '@jest/globals';
import { createMetrics } from '../src/metrics.ts';
import { createPublish } from '../src/publish.ts';
import { createWorld } from './support/world.ts';

type Line = { message: string; step?: unknown };

/** A step of a tick as it stands in the log. */
const isAdmit = ({ message, step }: Line): boolean => message === 'step' && step === 'admit';

test('nginx does not take a reload → the replica that is admitted at each look is told once, and counted each time', async () => {
  await using world = await createWorld({ AUTOSCALER_MIN: '1', AUTOSCALER_PROOF_TIMEOUT_MS: '100' });
  const lines: Line[] = [];
  const logger = { log: (_level: string, message: string, fields: object) => lines.push({ message, ...fields }) };
  const metrics = createMetrics();
  const publish = createPublish({ metrics, logger });
  world.nginx.state.deaf = true;
  const { until } = await world.startScaler();
  let admitted = 0;
  await until((report) => {
    publish.report(report);
    admitted += report.steps.filter(({ step }) => step.kind === 'admit').length;
    return admitted >= 3;
  });
  expect(lines.filter(isAdmit)).toHaveLength(1);
  expect(await metrics.registry.metrics()).toContain(`autoscaler_steps_total{step="admit",result="done"} ${admitted}`);
});

test('a decision that says nothing new → a line at debug alone', async () => {
  await using world = await createWorld({ AUTOSCALER_MIN: '1' });
  const levels: string[] = [];
  const logger = { log: (level: string, message: string) => message === 'decision' && levels.push(level) };
  const publish = createPublish({ metrics: createMetrics(), logger });
  const { until } = await world.startScaler();
  await until((report) => {
    for (let count = 0; count < 3; count += 1) publish.report(report);
    return true;
  });
  expect(levels).toEqual(['info', 'debug', 'debug']);
});

test('the desired number changes → counted once, with the reason of the decision that changed it', async () => {
  await using world = await createWorld({ AUTOSCALER_MIN: '1' });
  const metrics = createMetrics();
  const publish = createPublish({ metrics, logger: { log: () => {} } });
  const { until } = await world.startScaler();
  let seen: Parameters<typeof publish.report>[0] | undefined;
  await until((report) => {
    seen = report;
    return true;
  });
  if (seen === undefined) throw new Error('no tick');
  const { decision } = seen;
  const more = { ...decision, desired: decision.desired + 1 };
  publish.report(seen);
  publish.report({ ...seen, decision: { ...decision, reason: 'rate_up' } });
  publish.report({ ...seen, decision: { ...more, reason: 'load_up' } });
  publish.report({ ...seen, decision: { ...more, reason: 'saturated' } });
  const page = await metrics.registry.metrics();
  const counted = [...page.matchAll(/^autoscaler_changes_total(\{.*\}) ([1-9]\d*)$/gm)].map(([, labels, count]) => [
    labels,
    count,
  ]);
  expect(counted).toEqual([['{direction="up",reason="load_up"}', '1']]);
});
