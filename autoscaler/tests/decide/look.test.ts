import { expect, test } from '@jest/globals';
import { look } from '../../src/decide/look.ts';
import type { Container, ContainerId } from '../../src/engine/engine.ts';
import { type HostFigure, known, type Observation } from '../../src/observe/observation.ts';
import type { Replica } from '../../src/replicas/replica.ts';

const id = 'a' as ContainerId;
const container = { id, cpus: 0.75, memory: null } as Container;
const replica = { id, state: 'serving' } as Replica;
const page = { status: 200, ready: true, inFlight: 40, lag: 300, version: null };

const useAt = (pressure: HostFigure, cpu = 0.3): number | null | undefined => {
  const observation: Observation = {
    at: 0,
    replicas: [{ container, address: null, page: known(page, 0), use: known({ cpu, throttled: 0 }, 0), answers: true }],
    templates: [],
    edge: { container: null },
    host: { cpus: 2, memory: 2e9, memoryAvailable: { kind: 'absent' }, pressure },
  };
  const scales = { inFlightMax: 50, lagMax: 200, maxPressure: 0.6 };
  return look(observation, [replica], scales, { kind: 'absent' }, { kind: 'none' }).replicas[0]?.use;
};

test('use is the largest of CPU, lag and requests in flight', () => {
  expect(useAt({ kind: 'absent' })).toBe(1.5);
  expect(useAt(known(0.6, 0))).toBe(1.5);
  expect(useAt({ kind: 'unknown', why: 'EIO', since: 0 })).toBe(1.5);
});

test('while the CPUs of the host are contended, lateness asks for nothing, and CPU still does', () => {
  expect(useAt(known(0.61, 0))).toBe(0.3);
  expect(useAt(known(0.61, 0), 0.9)).toBe(0.9);
});
