import { once } from 'node:events';
import { connect } from 'node:net';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { call, upload } from '../support/api.ts';
import { startTestService, type TestService } from '../support/service.ts';

let service: TestService;
beforeEach(async () => {
  service = await startTestService({ bulkLimit: 2_500_000 });
});
afterEach(async () => service[Symbol.asyncDispose]());

const total = async (): Promise<number> =>
  Number((await call(service, 'GET', '/users?per_page=1')).headers.get('x-total-count'));
const bulk = (content: string | Uint8Array<ArrayBuffer>, type?: string) =>
  upload(service, '/users/bulk', content, type);
const people = (count: number): string =>
  `username,email\n${Array.from({ length: count }, (_, n) => `p${n},p${n}@example.org`).join('\n')}\n`;

test('users of a file are added with their ids and their age, and the next id is a new one', async () => {
  const file = 'id,username,email,created_at\n7,ada,ada@example.org,2025-07-13 12:40:57\n3,bob,bob@example.org,\n';
  expect(await bulk(file)).toMatchObject({ status: 201, body: { count: 2, imported: 2, skipped: 0, errors: [] } });
  const ada = { id: 7, username: 'ada', email: 'ada@example.org', created_at: '2025-07-13T12:40:57.000Z' };
  expect((await call(service, 'GET', '/users/7')).body).toEqual(ada);
  const next = await call(service, 'POST', '/users', { username: 'eve', email: 'eve@example.org' });
  expect(next).toMatchObject({ status: 201, body: { id: 8 } });
});

test('a file that comes twice changes nothing and says so', async () => {
  const file = 'id,username,email\n1,ada,ada@example.org\n2,bob,bob@example.org\n';
  await bulk(file);
  const again = await bulk(file);
  expect(again.body).toMatchObject({ count: 2, imported: 0, skipped: 2 });
  expect((again.body as { errors: unknown[] }).errors).toEqual([
    { line: 2, error: 'id, username, email: already taken' },
    { line: 3, error: 'id, username, email: already taken' },
  ]);
});

test('each wrong line is told, and its neighbours are added', async () => {
  const lines = [
    'Username,EMAIL,id',
    'ada,ada@example.org,5',
    'ada,other@example.org,6',
    'eve,ADA@example.org,',
    'ann,ann@example.org,5',
    ',nobody@example.org,',
    'bob,nowhere,',
    'cat,cat@example.org,-4',
    'dog,dog@example.org,99999999999999999',
    'a,b,c,d,e',
    'fox,fox@example.org',
    'fox,fox@example.org',
    '"gnu ""the"" first",gnu@example.org,',
  ];
  const { status, body } = await bulk(lines.join('\r\n'));
  expect(status).toBe(201);
  expect(body).toMatchObject({ count: 12, imported: 3, skipped: 9 });
  const errors = (body as { errors: { line: number; error: string }[] }).errors;
  expect(errors.map(({ line }) => line)).toEqual([3, 4, 5, 6, 7, 8, 9, 10, 12]);
  expect(errors[0]?.error).toBe('username: already taken');
  expect(errors[1]?.error).toBe('email: already taken');
  expect(errors[2]?.error).toBe('id: already taken');
  expect(await total()).toBe(3);
});

test('each line that is wrong is told', async () => {
  const file = `username,email\n${'x,nobody\n'.repeat(2_500)}`;
  const { body } = await bulk(file);
  expect(body).toMatchObject({ count: 2_500, imported: 0, skipped: 2_500 });
  expect(body).not.toHaveProperty('more_errors');
  const { errors } = body as { errors: { line: number }[] };
  expect(errors.map(({ line }) => line)).toEqual(Array.from({ length: 2_500 }, (_, n) => n + 2));
});

test('two files with the same people at the same time add each once', async () => {
  const file = people(1_500);
  const backwards = `username,email\n${file.trim().split('\n').slice(1).reverse().join('\n')}`;
  const answers = await Promise.all([bulk(file), bulk(backwards), bulk(file)]);
  expect(answers.map(({ status }) => status)).toEqual([201, 201, 201]);
  const imported = answers.map(({ body }) => (body as { imported: number }).imported);
  expect(imported.reduce((sum, count) => sum + count, 0)).toBe(1_500);
  expect(await total()).toBe(1_500);
});

test('ids of a file and ids of new users at the same time are all different', async () => {
  const withIds = `id,username,email\n${Array.from({ length: 1_200 }, (_, n) => `${n + 1},f${n},f${n}@example.org`).join('\n')}`;
  const singles = Array.from({ length: 60 }, (_, n) =>
    call(service, 'POST', '/users', { username: `s${n}`, email: `s${n}@example.org` }),
  );
  const [report, ...added] = await Promise.all([bulk(withIds), ...singles]);
  expect(added.map(({ status }) => status)).toEqual(Array(60).fill(201));
  expect(await total()).toBe((report.body as { imported: number }).imported + 60);
  const late = await call(service, 'POST', '/users', { username: 'late', email: 'late@example.org' });
  expect(late.status).toBe(201);
});

test.each([
  ['application/json', '[{"username":"ada","email":"ada@example.org"},{"username":"bob"}]'],
  ['application/x-ndjson', '{"username":"ada","email":"ada@example.org"}\n{"username":"bob"}\n'],
])('%s is read as well, in a form and as it is', async (type, content) => {
  expect((await bulk(content, type)).body).toMatchObject({ count: 2, imported: 1, skipped: 1 });
  const plain = await fetch(`${service.url}/users/bulk`, {
    method: 'POST',
    headers: { 'Content-Type': type },
    body: content,
  });
  expect(await plain.json()).toMatchObject({ count: 2, imported: 0, skipped: 2 });
});

test.each([
  ['no column of the name', 'name,mail\nx,y\n', 422],
  ['nothing', '', 422],
  ['no text', Uint8Array.from([0x50, 0x4b, 0xff, 0xfe, 0x00]), 400],
])('a file with %s is refused', async (_, content, status) => {
  expect((await bulk(content)).status).toBe(status);
});

test('a quote that is never closed ends the reading and keeps what was before it', async () => {
  const { status, body } = await bulk(
    'username,email\nada,ada@example.org\nbob,"bob@example.org\neve,eve@example.org\n',
  );
  expect(status).toBe(201);
  expect(body).toMatchObject({ count: 2, imported: 1, skipped: 1 });
  expect(JSON.stringify(body)).toContain('nothing after this was read');
});

test('a line of two megabytes is told without being held', async () => {
  const { status, body } = await bulk(`username,email\nada,ada@example.org\n${'x'.repeat(2_000_000)},y@z\nbob,bob@z\n`);
  expect(status).toBe(201);
  expect(body).toMatchObject({ imported: 1, skipped: 1 });
});

test('a file of garbage is answered without being read to its end, at once and on the same connection', async () => {
  const garbage = `username,email\n${'x\n'.repeat(1_000_000)}`;
  const { status, body } = await bulk(garbage);
  expect(status).toBe(201);
  expect(body).toMatchObject({ count: 10_000, imported: 0, skipped: 10_001 });
  expect(await total()).toBe(0);
});

const send = (headers: Record<string, string>, body: string | ReadableStream<Uint8Array>) =>
  fetch(`${service.url}/users/bulk`, { method: 'POST', headers, body, duplex: 'half' } as RequestInit);

test('a body that is too large is refused at once by its length, and midway without one', async () => {
  const padding = 'x'.repeat(120);
  const file = people(20_000).replaceAll('@', `${padding}@`);
  expect((await send({ 'Content-Type': 'text/csv' }, file)).status).toBe(413);
  expect(await total()).toBe(0);
  const unsized = new Blob([file]).stream();
  const answer = await send({ 'Content-Type': 'text/csv' }, unsized);
  expect(answer.status).toBe(413);
  expect(((await answer.json()) as { detail: string }).detail).toMatch(/larger than 2500000 bytes; \d+ records/);
  expect((await total()) % 500).toBe(0);
});

test.each([
  ['an unknown type', { 'Content-Type': 'image/png' }, 'x', 415],
  ['no type', { 'Content-Type': '' }, 'x', 415],
  ['compression', { 'Content-Type': 'text/csv', 'Content-Encoding': 'gzip' }, 'x', 415],
  ['a form without a boundary', { 'Content-Type': 'multipart/form-data' }, 'x', 400],
  ['a form that is cut off', { 'Content-Type': 'multipart/form-data; boundary=b' }, '--b\r\nContent-Disp', 400],
  [
    'a form without the field',
    { 'Content-Type': 'multipart/form-data; boundary=b' },
    '--b\r\nContent-Disposition: form-data; name="other"\r\n\r\nx\r\n--b--\r\n',
    422,
  ],
  ['JSON that is no array', { 'Content-Type': 'application/json' }, '{"username":"ada"}', 400],
  ['JSON that is none', { 'Content-Type': 'application/json' }, '[{"username":"ada",]', 400],
])('an upload with %s is refused', async (_, headers, body, status) => {
  const answer = await send(headers, body);
  expect(answer.status).toBe(status);
  expect(answer.headers.get('content-type')).toContain('application/problem+json');
});

test('a file that is cut off midway inside a form is refused, and whole batches stay', async () => {
  const head = '--b\r\nContent-Disposition: form-data; name="file"; filename="x.csv"\r\n\r\n';
  const answer = await send({ 'Content-Type': 'multipart/form-data; boundary=b' }, head + people(1_200));
  expect(answer.status).toBe(400);
  expect((await total()) % 500).toBe(0);
});

test('an upload whose client goes away leaves whole batches, and the service answers on', async () => {
  const socket = connect(Number(new URL(service.url).port), '127.0.0.1');
  await once(socket, 'connect');
  const start = 'POST /users/bulk HTTP/1.1\r\nHost: x\r\nContent-Type: text/csv\r\nContent-Length: 2000000\r\n\r\n';
  await new Promise<void>((resolve) => socket.write(start + people(1_200), () => resolve()));
  while ((await total()) === 0);
  socket.destroy();
  await once(socket, 'close');
  expect((await total()) % 500).toBe(0);
});
