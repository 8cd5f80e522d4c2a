import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { drills } from '../../src/chaos/drills.ts';
import { chaosTest } from '../../src/commands/chaos.ts';
import type { Command } from '../../src/commands/command.ts';
import { gameDay } from '../../src/commands/game-day.ts';

const root = join(import.meta.dirname, '..', '..', '..');

/** Where no program may be run, which is the only way to an engine; an address that nobody may ask. */
async function plan(command: Command, ...argv: string[]) {
  const lines: string[] = [];
  const run = (program: string) => Promise.reject(new Error(`${program} was run`));
  const env = { DOCKER_HOST: 'tcp://192.0.2.1:2375' };
  const code = await command({ root, env, argv, run, print: (line) => void lines.push(line) });
  return { code, lines };
}

describe('--dry-run contacts nothing', () => {
  test('and prints every drill with what is expected of it', async () => {
    const { code, lines } = await plan(chaosTest, '--all', '--disk-full', '--undo', '--dry-run');
    expect(code).toBe(0);
    for (const { name, title } of drills) expect(lines).toContain(`${name}: ${title}`);
    expect(lines.join('\n')).toContain('disk-full: ');
    expect(lines.filter((line) => line.includes('expected: as before within'))).toHaveLength(drills.length + 1);
  });
  test('and prints the faults of a game day', async () => {
    const { code, lines } = await plan(gameDay, '--minutes', '10', '--seed', '7', '--dry-run');
    expect(code).toBe(0);
    expect(lines[0]).toMatch(/^seed 7: \d+ faults in 10 minutes$/);
    expect(lines.length).toBeGreaterThan(3);
  });
});

test('an engine on another machine is refused before it is asked anything', () =>
  expect(plan(chaosTest, '--redis-down')).rejects.toThrow('twice'));
