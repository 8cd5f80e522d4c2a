import { expect, test } from '@jest/globals';
import memory from '../memory.json' with { type: 'json' };

const sum = (parts: Readonly<Record<string, number>>): number =>
  Object.values(parts).reduce((all, one) => all + one, 0);

/** Idle, all replicas counted. */
const core = sum(memory.core) + (memory.replicas - 1) * memory.core.app;

test('the service with metrics and alerts → at most 800 MB at rest', () =>
  expect(core + sum(memory.observability)).toBeLessThanOrEqual(800));

test('with logs and traces as well → at most 1.2 GB', () =>
  expect(core + sum(memory.observability) + sum(memory.full)).toBeLessThanOrEqual(1_200));
