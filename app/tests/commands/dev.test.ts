import { existsSync } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { embeddedPlace } from '../../src/platform/embedded-postgres-place.ts';
import { expectEachOnce } from '../clicks/history.ts';
import { startTraffic, type Traffic } from '../clicks/traffic.ts';
import { call } from '../support/api.ts';
import { paste } from '../support/curl.ts';
import { freePort } from '../support/free-port.ts';
import { usedDataFolder } from '../support/made-cluster.ts';
import { type NpmStart, npmStart } from '../support/npm-start.ts';
import { family, send } from '../support/processes.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { until } from '../support/until.ts';

/** Redirects without a pause, which end with the stack at the latest. */
async function load(service: NpmStart, stack: AsyncDisposableStack): Promise<Traffic> {
  const traffic = startTraffic([service], await makeLink(service));
  stack.defer(() => traffic.stop());
  await traffic.answers(200);
  return traffic;
}

const postmasterOf = async (cluster: string): Promise<number> =>
  Number.parseInt(await readFile(join(cluster, 'postmaster.pid'), 'utf8'), 10);

async function makeLink(service: NpmStart): Promise<string> {
  const { status, body } = await call(service, 'POST', '/shorten', { url: 'https://example.com/' });
  expect(status).toBe(201);
  return (body as { short_code: string }).short_code;
}

test('first start: says where it is, shows a key once, and a curl that works; the second start has all of it', async () => {
  await using folder = await temporaryFolder();
  const dataDir = join(folder.path, 'data');
  const settings = { AUTH: 'on' };
  let code: string;
  {
    await using service = await npmStart(dataDir, settings);
    await service.up();
    expect(await service.line('API keys')).toContain('needed');
    expect(await service.line('Admin key')).toMatch(/ssk_\S+$/);
    expect((await fetch(`${service.url}/urls`)).status).toBe(401);
    const answer = await paste(await service.line('curl'));
    expect(answer.status).toBe(201);
    code = ((await answer.json()) as { short_code: string }).short_code;
    expect((await stat(dataDir)).mode & 0o066).toBe(0);
    send(service.pid, 'SIGTERM');
    expect(await service.exited).toBe(0);
  }
  await using again = await npmStart(dataDir, settings);
  await again.up();
  expect((await fetch(`${again.url}/${code}`, { redirect: 'manual' })).status).toBe(302);
  again.interrupt();
  expect(await again.exited).toBe(0);
  expect(again.lines.join('\n')).not.toContain('ssk_');
});

test.each([
  ['Ctrl-C', (service: NpmStart) => service.interrupt()],
  ['SIGTERM to npm', ({ pid }: NpmStart) => send(pid, 'SIGTERM')],
])('%s under load: exits with 0, and every answered click is there once', async (_, stop) => {
  await using folder = await usedDataFolder();
  let traffic: Traffic;
  await using stack = new AsyncDisposableStack();
  {
    await using service = await npmStart(folder.path);
    await service.up();
    traffic = await load(service, stack);
    stop(service);
    expect(await service.exited).toBe(0);
    expect(service.lines).toContain('Stopped.');
    await traffic.stop();
  }
  await using again = await npmStart(folder.path);
  await again.up();
  await expectEachOnce(embeddedPlace(folder.path).url, traffic.answered);
});

test('kill -9 under load and start again at once: it recovers, and every answered click is there once', async () => {
  await using folder = await usedDataFolder();
  let traffic: Traffic;
  await using stack = new AsyncDisposableStack();
  {
    await using service = await npmStart(folder.path);
    await service.up();
    traffic = await load(service, stack);
    send(await service.servicePid(), 'SIGKILL');
    expect(await service.exited).not.toBe(0);
  }
  await using again = await npmStart(folder.path);
  await again.up();
  await traffic.stop();
  await expectEachOnce(embeddedPlace(folder.path).url, traffic.answered);
});

test('kill -9 of the service and its Postgres at once under load: every answered click is there once', async () => {
  await using folder = await usedDataFolder();
  const { cluster, url } = embeddedPlace(folder.path);
  let traffic: Traffic;
  await using stack = new AsyncDisposableStack();
  {
    await using service = await npmStart(folder.path);
    await service.up();
    traffic = await load(service, stack);
    const all = [await service.servicePid(), ...(await family(await postmasterOf(cluster)))];
    for (const pid of all) send(pid, 'SIGKILL');
    expect(await service.exited).not.toBe(0);
  }
  await using again = await npmStart(folder.path);
  await again.up();
  await traffic.stop();
  await expectEachOnce(url, traffic.answered);
});

test('Ctrl-C while the first start makes its cluster: exits with 0, and the next start makes it anew', async () => {
  await using folder = await temporaryFolder();
  const partial = `${embeddedPlace(folder.path).cluster}.partial`;
  {
    await using service = await npmStart(folder.path);
    await until(() => existsSync(join(partial, 'base')));
    service.interrupt();
    expect(await service.exited).toBe(0);
    expect(service.lines.join('\n')).not.toMatch(/error|cannot/i);
  }
  expect(await readdir(folder.path)).not.toContain('postgres');
  await using again = await npmStart(folder.path);
  await again.up();
});

test('a port that is taken: one sentence, before anything is made', async () => {
  await using folder = await temporaryFolder();
  const port = await freePort();
  const other = createServer().listen(port, '127.0.0.1');
  await using service = await npmStart(folder.path, { PORT: String(port) });
  expect(await service.exited).toBe(1);
  other.close();
  const said = service.lines.filter((line) => line !== '' && !/^(>|npm )/.test(line));
  expect(said).toEqual([`cannot listen on 127.0.0.1:${port} (EADDRINUSE): set PORT or HOST to something free`]);
  expect(await readdir(folder.path)).toEqual([]);
});

test('Postgres killed under load: started again, no click lost; killed again soon: the service ends with 1', async () => {
  await using folder = await usedDataFolder();
  await using service = await npmStart(folder.path);
  await service.up();
  const { cluster, url } = embeddedPlace(folder.path);
  const first = await postmasterOf(cluster);
  await using stack = new AsyncDisposableStack();
  const traffic = await load(service, stack);
  send(first, 'SIGKILL');
  await service.line('Postgres has ended (SIGKILL): starting it again');
  await until(async () => (await call(service, 'POST', '/shorten', { url: 'https://example.com/' })).status === 201);
  await traffic.stop();
  await expectEachOnce(url, traffic.answered);
  send(await postmasterOf(cluster), 'SIGKILL');
  await service.line('The database is gone');
  expect(await service.exited).toBe(1);
});
