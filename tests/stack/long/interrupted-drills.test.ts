import { beforeEach, expect, test } from '@jest/globals';
import { interruptDrills, isLeftBroken, standing } from '../support/drills.ts';
import { rest } from '../support/stack.ts';

beforeEach(async () => void (await rest()), 150_000);

const moments = Array.from({ length: 10 }, () => Math.round((1 + Math.random() * 30) * 100) / 100);

test.each(moments)(
  'drills that are interrupted after %d s leave everything as before',
  async (seconds) => {
    const before = await standing();
    await interruptDrills(seconds, '--redis-hang', '--postgres-down');
    expect([await standing(), isLeftBroken()]).toEqual([before, false]);
  },
  180_000,
);
