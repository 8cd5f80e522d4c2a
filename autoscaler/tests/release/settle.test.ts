import { describe, expect, test } from '@jest/globals';
import { type Intent, noIntent } from '../../src/control/intent-record.ts';
import { addRequest, noFigures } from '../../src/observe/figures.ts';
import { createSettle } from '../../src/release/settle.ts';
import { replica } from '../replicas/support.ts';
import { release } from './support.ts';

const policy = { bake: 600_000, timeout: 900_000, maxErrors: 0.01, maxP95: 500 };
const startedAt = 60_500;

/** A rollout in an intent that is kept in memory, after a minute in which answers took this long. */
function afterMinuteOf(milliseconds: number) {
  const begun = { to: release('new'), from: release('old'), by: 'somebody', startedAt, phase: 'rolling' } as const;
  let intent: Intent = {
    ...noIntent,
    rollout: { ...begun, bakeFrom: null, trusted: false, cause: null, before: null },
  };
  const figures = noFigures();
  const told = (address: string, took: number, at: number, status = 302) => {
    const tries = [{ address, status }];
    addRequest(figures, { status, milliseconds: took, weight: 1, kind: 'redirect', tries }, at);
  };
  for (let second = 0; second < 60; second += 1) told('10.0.0.1:8080', milliseconds, second * 1_000);
  let now = startedAt;
  const settle = createSettle({
    intent: {
      current: () => intent,
      update: async (change) => {
        intent = change(intent);
        return intent;
      },
    },
    figures,
    policy: () => policy,
    now: () => now,
  });
  const replicas = [replica(1, 'serving', { release: 'old' }), replica(2, 'serving', { release: 'new' })];
  const lookAt = async (time: number) => {
    now = time;
    await settle.rollout(replicas, 2);
    return intent.rollout;
  };
  return { told, lookAt };
}

test('what was normal → taken when a rollout begins, and still known when the edge has told much more since', async () => {
  const { lookAt, told } = afterMinuteOf(900);
  expect((await lookAt(startedAt))?.before).toEqual({ requests: 60, errors: 0, p95: 900 });
  for (let second = 61; second < 300; second += 1) {
    told('10.0.0.2:8080', 2_000, second * 1_000);
    for (let index = 0; index < 20; index += 1) told('10.0.0.1:8080', 5, second * 1_000);
  }
  expect(await lookAt(300_000)).toMatchObject({ phase: 'rolling', cause: null });
});

test('three times slower than what was normal → goes back', async () => {
  const { lookAt, told } = afterMinuteOf(900);
  await lookAt(startedAt);
  for (let second = 61; second < 90; second += 1) told('10.0.0.2:8080', 2_800, second * 1_000);
  expect(await lookAt(90_000)).toMatchObject({ phase: 'rolling_back', cause: 'slow' });
});

describe('errors of a new replica', () => {
  const beginBake = async () => {
    const rollout = afterMinuteOf(5);
    await rollout.lookAt(startedAt);
    await rollout.lookAt(61_000);
    for (let second = 61; second < 70; second += 1) rollout.told('10.0.0.2:8080', 5, second * 1_000);
    return rollout;
  };

  test('that it answered → goes back at once', async () => {
    const { lookAt, told } = await beginBake();
    for (let turn = 0; turn < 3; turn += 1) told('10.0.0.2:8080', 5, 70_000, 500);
    expect(await lookAt(70_100)).toMatchObject({ phase: 'rolling_back', cause: 'errors' });
  });

  test('that it did not answer → goes back when the engine has had time to tell of its death', async () => {
    const { lookAt, told } = await beginBake();
    for (let turn = 0; turn < 3; turn += 1) told('10.0.0.2:8080', 5, 70_000, 502);
    expect(await lookAt(70_100)).toMatchObject({ phase: 'rolling', cause: null });
    expect(await lookAt(73_000)).toMatchObject({ phase: 'rolling_back', cause: 'errors' });
  });
});
