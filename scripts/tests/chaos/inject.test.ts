import { describe, expect, test } from '@jest/globals';
import type { Fault, Undo } from '../../src/chaos/fault.ts';
import { createInjector } from '../../src/chaos/inject.ts';
import type { Run } from '../../src/platform/run.ts';

/** An engine with containers in one state, which writes down what it is told; asking is no telling. */
function createEngine(state = 'running 1', { afterEach = () => {}, code = 0 } = {}) {
  const told: string[] = [];
  const ended = new AbortController();
  const run: Run = async (_program, args) => {
    if (args[0] === 'inspect') return { code: 0, stdout: state, stderr: '' };
    told.push(args.join(' '));
    afterEach();
    return { code, stdout: '', stderr: 'no such thing' };
  };
  const autoscaler = {
    status: async () => undefined,
    ask: async (...words: readonly string[]) => {
      told.push(`autoscaler ${words.join(' ')}`);
      return '';
    },
  };
  const traffic = (times: number) => void told.push(`traffic ${times}`);
  const revokeKey = async (name: string) => void told.push(`revoke ${name}`);
  return { told, ended, injector: createInjector({ run, autoscaler, revokeKey, traffic, signal: ended.signal }) };
}

const aims = [
  { id: 'a', name: 'one' },
  { id: 'b', name: 'two' },
];

describe('a fault', () => {
  test.each<[Fault, string[]]>([
    [{ kind: 'kill', service: 'cache' }, ['kill a b']],
    [{ kind: 'pause', service: 'cache' }, ['pause a b']],
    [{ kind: 'crash', service: 'nginx', process: '/p' }, ['exec a sh -c kill -9 "$(cat /p)"']],
    [{ kind: 'replica', how: 'kill' }, ['kill a b']],
    [{ kind: 'replica', how: 'pause' }, ['pause a b']],
    [{ kind: 'replicas' }, ['autoscaler pause', 'kill a b']],
    [{ kind: 'reloads', times: 2, every: 1 }, ['kill --signal HUP a', 'kill --signal HUP a']],
    [{ kind: 'traffic', times: 8 }, ['traffic 8']],
  ])('%j', async (fault, wanted) => {
    const { injector, told } = createEngine();
    await injector.inject(fault, aims);
    expect(told).toEqual(wanted);
  });
  test('that the engine refuses says so', () =>
    expect(createEngine('', { code: 1 }).injector.inject({ kind: 'kill', service: 'cache' }, aims)).rejects.toThrow(
      'no such thing',
    ));
  test('that the engine can do only in part is tried again for the rest, and then says so', async () => {
    const told: string[] = [];
    const tryIt = (freezes: number) => {
      told.length = 0;
      const run: Run = async (_program, [verb = '', ...more]) => {
        const paused = told.length >= freezes;
        if (verb === 'inspect') return { code: 0, stdout: more.at(-1) === 'a' ? 'paused 1' : 'running 1', stderr: '' };
        told.push(`${verb} ${more.join(' ')}`);
        return { code: paused ? 0 : 1, stdout: '', stderr: 'unable to freeze' };
      };
      const autoscaler = { status: async () => undefined, ask: async () => '' };
      const injector = createInjector({
        ...{ run, autoscaler, signal: new AbortController().signal },
        ...{ revokeKey: async () => {}, traffic: () => {} },
      });
      return injector.inject({ kind: 'pause', service: 'cache' }, aims);
    };
    await tryIt(1);
    expect(told).toEqual(['pause a b', 'pause b']);
    await expect(tryIt(9)).rejects.toThrow('unable to freeze');
    expect(told).toEqual(['pause a b', 'pause b', 'pause b']);
  });
  test('of many reloads ends when it is interrupted', async () => {
    const engine = createEngine('', { afterEach: () => engine.ended.abort() });
    await engine.injector.inject({ kind: 'reloads', times: 20, every: 60_000 }, aims);
    expect(engine.told).toHaveLength(1);
  });
});

describe('putting back', () => {
  const start: Undo = { kind: 'start', container: 'a' };
  const unpause: Undo = { kind: 'unpause', container: 'a' };
  test.each<[string, Undo, string, string[]]>([
    ['starts what has ended', start, 'exited 1', ['start a']],
    ['leaves alone what the engine brought back', start, 'running 2', []],
    ['leaves alone what is gone', start, '', []],
    ['goes on with what is paused', unpause, 'paused 1', ['unpause a']],
    ['leaves alone what was replaced', unpause, 'exited 1', []],
    ['revokes a key', { kind: 'revoke-key', name: 'drill-1' }, '', ['revoke drill-1']],
    ['brings the traffic back to what is usual', { kind: 'calm' }, '', ['traffic 1']],
  ])('%s', async (_what, undo, state, wanted) => {
    const { injector, told } = createEngine(state);
    await injector.revert(undo);
    expect(told).toEqual(wanted);
  });
  test('that the engine refuses says so, and so stays to be done', () =>
    expect(createEngine('exited 1', { code: 1 }).injector.revert(start)).rejects.toThrow('no such thing'));
});
