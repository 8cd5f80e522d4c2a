import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { project } from './support/place.ts';
import { compose, docker } from './support/programs.ts';
import { eventually, replicas, rest, stack, untilServing } from './support/stack.ts';

beforeEach(async () => void (await rest()));
afterEach(async () => {
  // Without what they depend on: among it is app, whose number is the autoscaler's alone.
  await compose('up', '--detach', '--no-build', '--no-deps', '--wait', 'nginx', 'autoscaler', 'gate');
  await rest();
});

const running = async () => (await replicas()).filter(({ state }) => state === 'running');

describe("Compose's own commands beside the autoscaler", () => {
  test('ps lists every replica', async () => {
    const listed = (await compose('ps', '--format', '{{.Name}}', 'app')).split('\n');
    expect(listed.toSorted()).toEqual((await running()).map(({ name }) => name).toSorted());
  });

  test('up leaves replicas that are as the file says', async () => {
    const before = (await running()).map(({ id }) => id).toSorted();
    await compose('up', '--detach', '--no-build');
    expect((await untilServing(2)).replicas).toHaveLength(2);
    expect((await running()).map(({ id }) => id).toSorted()).toEqual(before);
  });

  test('up --scale ends where the load wants it', async () => {
    await compose('up', '--detach', '--no-build', '--no-deps', '--scale', 'app=4', 'app');
    await untilServing(2, 120_000);
  });

  test('stop app: the replicas are replaced', async () => {
    const before = new Set((await running()).map(({ id }) => id));
    await compose('stop', 'app');
    await untilServing(2, 90_000);
    expect((await running()).some(({ id }) => before.has(id))).toBe(false);
  });

  test('down removes every container but the templates, and every network; up starts from what is kept', async () => {
    await compose('down');
    const left = (await stack.list()).map(({ service }) => service);
    expect(new Set(left)).toEqual(new Set(['app-template']));
    expect(await docker('network', 'ls', '--quiet', '--filter', `label=com.docker.compose.project=${project}`)).toBe(
      '',
    );
    await compose('up', '--detach', '--no-build');
    const owned = await eventually(
      'two replicas run',
      async () => ((await running()).length === 2 ? true : undefined),
      90_000,
    );
    expect(owned).toBe(true);
  });
});
