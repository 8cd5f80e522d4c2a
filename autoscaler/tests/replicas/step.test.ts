import { describe, expect, test } from '@jest/globals';
import { type Container, type ContainerId, EngineError } from '../../src/engine/engine.ts';
import type { Drain } from '../../src/replicas/marks.ts';
import { createStep } from '../../src/replicas/step.ts';
import type { StepContext } from '../../src/replicas/step-context.ts';
import { replica } from './support.ts';

const settings = {
  project: 'demo',
  service: 'app',
  warmPaths: ['/health', '/other'],
  warmRequests: 3,
  probeTimeout: 100,
  drainTimeout: 15_000,
  stopTimeout: 25_000,
};
const signal = new AbortController().signal;
const id = 'id-1' as ContainerId;

/** A step's surroundings, in which every call is written down. */
function place({
  now = 0,
  oldWorkers = 0,
  inFlight = 0 as number | null,
  answers = true,
  clock = () => now,
  took = () => {},
  create = id as ContainerId | Error,
} = {}) {
  const calls: string[] = [];
  const called = (name: string) => async (of: string) => void calls.push(`${name} ${of}`);
  const step = createStep({
    engine: {
      start: called('start'),
      terminate: called('terminate'),
      remove: called('remove'),
      image: async () => null,
      create: async (name) => {
        calls.push(`create ${name}`);
        if (create instanceof Error) throw create;
        return create;
      },
    },
    touch: async (address, page) => {
      calls.push(`touch ${address} ${page}`);
      took();
      return answers;
    },
    oldWorkers: async () => oldWorkers,
    settings: () => settings,
    now: clock,
  });
  const context = (drain?: Drain): StepContext => ({
    release: undefined,
    template: undefined,
    edge: {} as Container,
    marks: new Map([
      [
        id,
        {
          misses: 0,
          answeredAt: null,
          warmed: false,
          warmFailures: 1,
          drain: drain ?? null,
          restarts: 0,
          firstSeen: 0,
          servingSince: 0,
        },
      ],
    ]),
    inFlight: () => inFlight,
  });
  return { calls, step, context };
}

const draining = (more: Partial<Drain> = {}): Drain => ({
  since: 0,
  why: 'scale_down',
  quiet: 0,
  terminated: null,
  ...more,
});
const settle = { kind: 'settle', replica: replica(1, 'draining') } as const;

describe('a drain', () => {
  test('nothing in flight for the first time → looks once more', async () => {
    const { calls, context, step } = place();
    expect(await step(settle, context(draining()), signal)).toMatchObject({
      kind: 'waiting',
      marks: { drain: { quiet: 1 } },
    });
    expect(calls).toEqual([]);
  });

  test('twice in a row → SIGTERM, nothing cut', async () => {
    const { calls, context, step } = place({ now: 500 });
    const result = await step(settle, context(draining({ quiet: 1 })), signal);
    expect(result).toMatchObject({ kind: 'done', cut: 0, marks: { drain: { terminated: 500 } } });
    expect(calls).toEqual(['terminate id-1']);
  });

  test.each([
    ['a request in flight', { inFlight: 1 }],
    ['an old worker of nginx', { oldWorkers: 1 }],
  ])('%s → begins to count anew', async (_what, seen) => {
    const { context, step } = place(seen);
    expect(await step(settle, context(draining({ quiet: 1 })), signal)).toMatchObject({
      marks: { drain: { quiet: 0 } },
    });
  });

  test('a page that does not tell → old workers alone count', async () => {
    const { context, step } = place({ inFlight: null });
    expect(await step(settle, context(draining({ quiet: 1 })), signal)).toMatchObject({ kind: 'done' });
  });

  test('out of time → SIGTERM, and what is cut is counted', async () => {
    const { context, step } = place({ now: 15_000, inFlight: 4 });
    expect(await step(settle, context(draining()), signal)).toMatchObject({ kind: 'done', cut: 4 });
  });

  test('after SIGTERM → waits, and removes what has not gone in time', async () => {
    const sent = draining({ terminated: 1_000 });
    const early = place({ now: 25_999 });
    expect((await early.step(settle, early.context(sent), signal)).kind).toBe('waiting');
    const late = place({ now: 26_000 });
    await late.step(settle, late.context(sent), signal);
    expect([early.calls, late.calls]).toEqual([[], ['remove id-1']]);
  });

  test('begins → with the time and the reason, and touches nothing', async () => {
    const { calls, context, step } = place({ now: 7 });
    const begun = await step({ kind: 'drain', replica: replica(1, 'serving'), why: 'release' }, context(), signal);
    expect(begun.marks).toEqual({ drain: { since: 7, why: 'release', quiet: 0, terminated: null } });
    expect(calls).toEqual([]);
  });
});

describe('warming', () => {
  const warm = { kind: 'warm', replica: replica(1, 'healthy') } as const;

  test('all answered → warm', async () => {
    const { calls, context, step } = place();
    expect(await step(warm, context(), signal)).toEqual({ kind: 'done', marks: { warmed: true } });
    expect(calls).toHaveLength(6);
  });

  test('slow ones → no more of them than fit the time of a probe, and warm', async () => {
    let now = 0;
    const { calls, context, step } = place({ clock: () => now, took: () => (now += 60) });
    expect(await step(warm, context(), signal)).toEqual({ kind: 'done', marks: { warmed: true } });
    expect(calls).toHaveLength(2);
  });

  test('one not → one failure more, and no further requests', async () => {
    const { calls, context, step } = place({ answers: false });
    expect(await step(warm, context(), signal)).toEqual({ kind: 'waiting', marks: { warmFailures: 2 } });
    expect(calls).toHaveLength(2);
  });
});

describe('creating', () => {
  test('nothing to make it from → fails', async () => {
    const { context, step } = place();
    await expect(step({ kind: 'create', number: 1 }, context(), signal)).rejects.toThrow(/no template/);
  });

  const made = (context: StepContext): StepContext => ({
    ...context,
    release: {
      id: 'r1',
      image: 'a',
      createFrom: 'sha256:1',
      imageId: 'sha256:1',
      templateId: 't',
      configHash: 'h',
      version: null,
      at: 0,
    },
    template: {
      id,
      name: 't',
      createdAt: 0,
      imageId: 'sha256:1',
      configHash: 'h',
      cpus: null,
      memory: null,
      inspect: {},
    },
  });

  test('made → started', async () => {
    const { calls, context, step } = place();
    expect((await step({ kind: 'create', number: 2 }, made(context()), signal)).kind).toBe('done');
    expect(calls).toEqual(['create demo-app-2', 'start id-1']);
  });

  test('somebody was faster → taken; anything else → fails', async () => {
    const taken = place({ create: new EngineError('taken', 'in use') });
    expect((await taken.step({ kind: 'create', number: 2 }, made(taken.context()), signal)).kind).toBe('taken');
    const full = place({ create: new EngineError('failed', 'no space') });
    await expect(full.step({ kind: 'create', number: 2 }, made(full.context()), signal)).rejects.toThrow('no space');
  });
});
