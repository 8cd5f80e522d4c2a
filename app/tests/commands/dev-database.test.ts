import { EventEmitter } from 'node:events';
import { expect, test } from '@jest/globals';
import { dev } from '../../src/commands/dev.ts';
import { call } from '../support/api.ts';
import { freePort } from '../support/free-port.ts';
import { createTestDatabase } from '../support/stores.ts';

/** Runs the command in this process until the line is printed; then tells it to stop. */
async function runDev(settings: Record<string, string>, during: () => Promise<void>) {
  const signals = Object.assign(new EventEmitter(), { stdout: { isTTY: true } });
  const lines: string[] = [];
  const up = Promise.withResolvers<void>();
  const print = (line: string): void => {
    lines.push(line);
    if (line.includes('Ctrl-C')) up.resolve();
  };
  const code = dev({ env: settings, argv: [], process: signals as unknown as NodeJS.Process, print });
  await Promise.race([up.promise, code]);
  await during();
  signals.emit('SIGTERM', 'SIGTERM');
  return { code: await code, text: lines.join('\n') };
}

test('DATABASE_URL is set: that one is used and no other is made, and its first key is shown once', async () => {
  await using database = await createTestDatabase();
  const port = await freePort();
  const settings = { PORT: String(port), DATABASE_URL: database.url, DATA_DIR: '/nowhere/that/could/be/written' };
  const first = await runDev(settings, async () => {
    const service = { url: `http://127.0.0.1:${port}` };
    expect((await call(service, 'POST', '/shorten', { url: 'https://example.com/' })).status).toBe(201);
  });
  expect(first.code).toBe(0);
  expect(first.text).toContain('in DATABASE_URL');
  expect(first.text).toContain('ssk_');
  expect(first.text).not.toContain(database.url);
  const second = await runDev(settings, async () => {});
  expect(second.text).not.toContain('ssk_');
});

test('told to stop before it is up: ends with 0, without saying that it is up', async () => {
  await using database = await createTestDatabase();
  const process = Object.assign(new EventEmitter(), { stdout: { isTTY: false } }) as unknown as NodeJS.Process;
  const lines: string[] = [];
  const env = { PORT: '0', DATABASE_URL: database.url, LOG_LEVEL: 'error' };
  const code = dev({ env, argv: [], process, print: (line) => lines.push(line) });
  process.emit('SIGINT', 'SIGINT');
  expect(await code).toBe(0);
  expect(lines).toEqual(['Stopping …', 'Stopped.']);
});
