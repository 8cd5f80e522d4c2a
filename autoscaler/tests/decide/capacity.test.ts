import { describe, expect, test } from '@jest/globals';
import { byCpu, carriesOverlap, effectiveMax, memoryLow } from '../../src/decide/capacity.ts';
import { policy, view } from './support.ts';

describe('what the CPUs carry', () => {
  test('two CPUs, 0.75 a replica → a fifth replica could never be needed at 70 %, but at 60 %', () => {
    expect(byCpu(2, 0.75, 0.7)).toBe(4);
    expect(byCpu(2, 0.75, 0.6)).toBe(5);
  });

  test('no CPU left after the reserve → still one', () => {
    expect(byCpu(-1, 0.5, 0.6)).toBe(1);
  });
});

describe('the narrowest bound', () => {
  const machine = { cpus: 2, memory: 2e9, memoryAvailable: { kind: 'absent' } } as const;

  test('connections of a shared store', () => {
    const narrow = { ...policy, connections: { total: 100, reserve: 40, perReplica: 20 } };
    expect(effectiveMax(narrow, view([]))).toEqual({ replicas: 3, boundBy: 'connections' });
  });

  test('memory after the reserve', () => {
    const narrow = { ...policy, memoryReserve: 1.4e9 };
    expect(effectiveMax(narrow, view([], { machine, limits: { cpus: null, memory: 3e8 } }))).toEqual({
      replicas: 2,
      boundBy: 'memory',
    });
  });

  test('nothing fits → one, for a service without replicas serves nobody', () => {
    const limits = { cpus: null, memory: 3e9 };
    expect(effectiveMax(policy, view([], { machine, limits })).replicas).toBe(1);
  });
});

test('memory that cannot be read → not called low', () => {
  const machine = { cpus: 2, memory: 2e9, memoryAvailable: { kind: 'unknown' } } as const;
  expect(memoryLow(view([], { machine, limits: { cpus: null, memory: 3e8 } }))).toBe(false);
});

describe('two more than desired, while a release rolls', () => {
  const connections = (total: number) => ({ connections: { total, reserve: 8, perReplica: 12 } });

  test('connections for all of them, or one too few → carried, or not', () => {
    expect(carriesOverlap(connections(8 + 7 * 12), view([]), 5)).toBe(true);
    expect(carriesOverlap(connections(8 + 7 * 12 - 1), view([]), 5)).toBe(false);
    expect(carriesOverlap(connections(8 + 7 * 12 - 1), view([]), 4)).toBe(true);
  });

  test('no budget of connections → carried', () => {
    expect(carriesOverlap(policy, view([]), 50)).toBe(true);
  });

  test('no memory for one more → not, whatever the connections', () => {
    const machine = { cpus: 2, memory: 2e9, memoryAvailable: { kind: 'value', value: 2e8 } } as const;
    expect(carriesOverlap(policy, view([], { machine, limits: { cpus: null, memory: 3e8 } }), 2)).toBe(false);
  });
});
