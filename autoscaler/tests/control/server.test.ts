import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { noIntent } from '../../src/control/intent-record.ts';
import { createControl } from '../../src/control/server.ts';
import { statusView } from '../../src/control/status.ts';
import { answers, type Listening, listen } from '../../src/platform/listen.ts';

let directory: string;
let socketPath: string;
let open: Listening;

const send = (method: string, path: string, body = ''): Promise<{ status: number; text: string }> =>
  new Promise((resolve, reject) => {
    const sent = request({ socketPath, method, path }, (response) => {
      let text = '';
      response.on('data', (chunk) => {
        text += String(chunk);
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
    });
    sent.on('error', reject);
    sent.end(body);
  });

const control = createControl({
  status: () => statusView(undefined, [], noIntent),
  pause: async () => {
    throw new Error('the disk is full');
  },
  pin: async () => {},
  resume: async () => {},
  release: async () => ({ kind: 'refused', code: 'paused', message: 'it is paused' }),
  range: () => ({ min: 2, max: 5 }),
});

beforeEach(async () => {
  directory = await mkdtemp(`${tmpdir()}/control-`);
  socketPath = `${directory}/control.sock`;
  open = await listen(control, { socketPath, mode: 0o660 });
});

afterEach(async () => {
  await open[Symbol.asyncDispose]();
  await rm(directory, { recursive: true, force: true });
});

describe('the control API', () => {
  test.each([
    ['GET', '/status', '', 200, '"acting":false'],
    ['GET', '/other', '', 404, 'not_found'],
    ['POST', '/pin', '{"replicas":3}', 200, '"pinned":3'],
    ['POST', '/pin', '{"replicas":1}', 422, 'from 2 to 5'],
    ['POST', '/pin', '{"replicas":3,"x":1}', 422, 'invalid'],
    ['POST', '/pin', '{', 400, 'invalid'],
    ['POST', '/pin', `"${'x'.repeat(20_000)}"`, 400, 'too long'],
    ['POST', '/pause', '', 500, 'the disk is full'],
    ['POST', '/resume', '', 200, '"paused":false'],
    ['POST', '/release', '{"image":"app:1"}', 409, 'it is paused'],
    ['POST', '/release', '{}', 422, 'invalid'],
  ])('%s %s %s → %i', async (method, path, body, status, part) => {
    const answer = await send(method, path, body);
    expect(answer).toEqual({ status, text: expect.stringContaining(part) });
  });
});

describe('its socket', () => {
  test('somebody listens on it → theirs', async () => {
    expect(await answers(socketPath)).toBe(true);
    await expect(listen(control, { socketPath, mode: 0o660 })).rejects.toThrow(/somebody else/);
  });

  test('a file that was left behind → replaced', async () => {
    const path = `${directory}/stale.sock`;
    await writeFile(path, '');
    expect(await answers(path)).toBe(false);
    const again = await listen(control, { socketPath: path, mode: 0o660 });
    expect(await answers(path)).toBe(true);
    await again[Symbol.asyncDispose]();
  });
});
