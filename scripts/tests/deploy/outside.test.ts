import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from '@jest/globals';
import { lookFromHere } from '../../src/deploy/outside.ts';

const commit = 'c'.repeat(40);
const silence = 0;
const soon = { attempt: 60_000, every: 100, within: 2_000 };

type Given = { code?: number; last?: string; patience?: typeof soon; signal?: AbortSignal };

/** Looks at a page that answers so, the last again and again, from a server that ends its rollback so. */
async function look(statuses: number[], { code = 0, last = '', patience = soon, signal }: Given = {}) {
  let seen = 0;
  await using page = createServer((_request, response) => {
    const status = statuses[Math.min(seen++, statuses.length - 1)] ?? silence;
    if (status !== silence) response.writeHead(status).end();
  }).listen(0, '127.0.0.1');
  await once(page, 'listening');
  const asked: string[][] = [];
  const printed: string[] = [];
  const ssh = {
    async follow(...words: readonly string[]) {
      asked.push([...words]);
      return { code, stdout: '', last };
    },
  };
  const url = `http://127.0.0.1:${(page.address() as AddressInfo).port}/health`;
  const short = (text: string) => text.replace(url, 'URL');
  try {
    const deps = { ssh, print: (line: string) => void printed.push(short(line)), ...(signal && { signal }) };
    const said = await lookFromHere(deps, { url, commit, by: 'ann lee' }, patience);
    return { said: said && short(said), asked, printed, seen };
  } finally {
    page.closeAllConnections();
  }
}

test.each([200, 301])('the page answers with %s: nothing is asked of the server', async (status) =>
  expect(await look([status])).toEqual({ said: undefined, asked: [], seen: 1, printed: ['URL answers from here'] }),
);

test('it answers at the third attempt: the release stays, and what was seen is said', async () => {
  const { said, asked, printed } = await look([502, 404, 200], { patience: { ...soon, within: 60_000 } });
  expect([said, asked]).toEqual([undefined, []]);
  expect(printed).toEqual([
    'URL does not answer from here yet: status 502',
    'URL does not answer from here yet: status 404',
    'URL answers from here',
  ]);
});

test('an attempt that hangs is given up for another', async () => {
  const { said, seen } = await look([silence, 200], { patience: { attempt: 200, every: 5, within: 60_000 } });
  expect([said, seen > 1]).toEqual([undefined, true]);
});

test('it never does: the server goes back from this very commit, and that is said with why', async () => {
  const { said, asked, seen } = await look([502]);
  expect(said).toBe(
    'failed at "smoke test from here": URL does not answer (status 502); the release before serves again',
  );
  expect(asked).toEqual([['rollback', `BAD=${commit}`, 'BY=ann_lee', expect.stringMatching(/^ASKED_AT=\d+$/)]]);
  expect(seen).toBeGreaterThan(1);
});

test('nobody listens: what the system says stands there', async () => {
  const deps = { ssh: { follow: async () => ({ code: 0, stdout: '', last: '' }) }, print: () => {} };
  const gone = createServer().listen(0, '127.0.0.1');
  await once(gone, 'listening');
  const { port } = gone.address() as AddressInfo;
  await gone[Symbol.asyncDispose]();
  const said = await lookFromHere(deps, { url: `http://127.0.0.1:${port}/`, commit, by: 'ann' }, soon);
  expect(said).toContain(`does not answer (connect ECONNREFUSED 127.0.0.1:${port}); `);
});

test('it hangs: the time in which it is judged has an end all the same', async () =>
  expect((await look([silence], { patience: { ...soon, within: 200 } })).said).toContain('does not answer'));

test('and the server cannot go back: no other release is said to serve, and why stands there', async () => {
  const { said } = await look([502], {
    code: 1,
    last: 'there is no release before this one',
    patience: { ...soon, within: 200 },
  });
  expect(said).toContain('the server did not go back: there is no release before this one; scripts/releases says');
  expect(said).not.toContain('serves again');
});

test('somebody has left while it was asked: that takes no release back', async () => {
  const left = new AbortController();
  const gone = look([silence], { patience: { ...soon, within: 60_000 }, signal: left.signal });
  left.abort(new Error('left'));
  await expect(gone).rejects.toThrow('left');
});
