import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createRun, must } from '../../scripts/src/platform/run.ts';
import { createAutoscaler, serving } from '../../scripts/src/stack/autoscaler.ts';
import { createCompose } from '../../scripts/src/stack/compose.ts';
import { otherProject } from './support/place.ts';
import { environment } from './support/programs.ts';
import { eventually, setting } from './support/stack.ts';

const run = createRun({ cwd: join(import.meta.dirname, 'other-service'), env: environment });
const other = createCompose({ run, project: otherProject });
const autoscaler = createAutoscaler({ compose: other });

const untilServing = (count: number) =>
  eventually(`${count} replicas of the other service serve`, async () => {
    const status = await autoscaler.status();
    return status && serving(status).length === count && status.replicas.length === count ? true : undefined;
  });

beforeAll(async () => {
  Object.assign(environment, {
    DOCKER_GID: await setting('DOCKER_GID'),
    WEB_IMAGE: 'shortstack/app:latest',
    AUTOSCALER_IMAGE: 'shortstack/autoscaler:latest',
    NGINX_IMAGE: 'nginx:1.30.6',
  });
  await must(other.run(['--profile', 'template', 'create', 'web-template']), 'making the template');
  await must(other.run(['up', '--detach', 'nginx', 'autoscaler', 'gate']), 'starting the other service');
});
afterAll(async () => {
  await other.run(['--profile', '*', 'down', '--volumes', '--remove-orphans', '--timeout', '2']);
  await other.remove((await other.list()).map(({ id }) => id));
});

test('the autoscaler serves a ten-line service as well: starts it, scales it, spreads its requests', async () => {
  await untilServing(2);
  await autoscaler.ask('pin', '3');
  await untilServing(3);
  const answers = new Set<string>();
  for (let count = 0; count < 60; count += 1) answers.add(await (await fetch('http://127.0.0.1:18190/')).text());
  expect(answers.size).toBe(3);
  await autoscaler.ask('pin', '2');
  await untilServing(2);
});
