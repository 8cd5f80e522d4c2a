import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from '@jest/globals';
import { lookFromHere } from '../../src/deploy/outside.ts';

const commit = 'c'.repeat(40);

/** Looks at a page that answers so, from a server that ends its rollback so. */
async function look(status: number, code = 0, last = '') {
  await using page = createServer((_request, response) => response.writeHead(status).end()).listen(0, '127.0.0.1');
  await once(page, 'listening');
  const asked: string[][] = [];
  const ssh = {
    async follow(...words: readonly string[]) {
      asked.push([...words]);
      return { code, stdout: '', last };
    },
  };
  const url = `http://127.0.0.1:${(page.address() as AddressInfo).port}/health`;
  const said = await lookFromHere({ ssh }, { url, commit, by: 'ann lee' });
  return { said: said?.replace(url, 'URL'), asked };
}

test.each([200, 301])('the page answers with %s: nothing is asked of the server', async (status) =>
  expect(await look(status)).toEqual({ said: undefined, asked: [] }),
);

test('it does not: the server goes back from this very commit, and that is said', async () => {
  const { said, asked } = await look(502);
  expect(said).toBe('failed at "smoke test from here": URL does not answer; the release before serves again');
  expect(asked).toEqual([['rollback', `BAD=${commit}`, 'BY=ann_lee', expect.stringMatching(/^ASKED_AT=\d+$/)]]);
});

test('and the server cannot go back: no other release is said to serve, and why stands there', async () => {
  const { said } = await look(502, 1, 'there is no release before this one');
  expect(said).toContain('the server did not go back: there is no release before this one; scripts/releases says');
  expect(said).not.toContain('serves again');
});
