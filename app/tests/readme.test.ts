import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { welcome } from '../src/commands/welcome.ts';
import { paste } from './support/curl.ts';
import { openRaw } from './support/raw.ts';
import { startTestService } from './support/service.ts';

const root = join(import.meta.dirname, '..', '..');

/** What the page shows of terminals, one after the other. */
async function transcripts(): Promise<string[][]> {
  const text = await readFile(join(root, 'README.md'), 'utf8');
  return [...text.matchAll(/^```console\n(.*?)\n```$/gms)].map(([, lines = '']) => lines.split('\n'));
}

test('the start that the page shows is what npm and the service print', async () => {
  const [start = []] = await transcripts();
  const { version, scripts } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
  const config = { auth: undefined, host: '127.0.0.1', baseUrl: undefined, apiKey: undefined };
  expect(start).toEqual([
    ...['$ npm start', '', `> shortstack@${version} start`, `> ${scripts.start}`, ''],
    'Making a Postgres database in .data (at the first start only) …',
    ...welcome({ config, port: 8080, firstKey: 'ssk_…', data: '.data' }),
  ]);
});

test('a link is made and followed as the page shows', async () => {
  const [, [create = '', made = '', , follow = '', ...answer] = []] = await transcripts();
  await using service = await startTestService();
  const shown = JSON.parse(made);
  const response = await paste(create.replace(/^\$ /, ''), service.url);
  const body = (await response.json()) as { short_code: string };
  expect(Object.keys(body)).toEqual(Object.keys(shown));
  expect(follow).toBe(`$ curl -i ${shown.short_url}`);
  using connection = await openRaw(service.url);
  connection.write(`GET /${body.short_code} HTTP/1.1\r\nHost: x\r\n\r\n`);
  const lines = (await connection.received(/\r\n\r\n/)).trimEnd().split('\r\n');
  // Ids, dates and settings differ.
  const names = (of: string[]) => of.map((line) => line.replace(/^(X-Request-ID|Date|Keep-Alive): .*/, '$1'));
  expect(names(lines)).toEqual(names(answer));
});
