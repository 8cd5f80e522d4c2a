import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { z } from 'zod';
import { openapiDocument, templateOf } from '../../src/http/openapi.ts';
import { jsonSchemaOf } from '../../src/http/openapi-schema.ts';
import { always, needs, open, route } from '../../src/http/route.ts';
import { words } from '../../src/words.ts';
import { type ApiDocument, type ApiOperation, conformance, fetchDocument, operationsOf } from '../support/openapi.ts';
import { startTestService, type TestService } from '../support/service.ts';

const stack = new AsyncDisposableStack();
let service: TestService;
let document: ApiDocument;
let operations: ApiOperation[];

beforeAll(async () => {
  const all = { auth: true, apiKey: 'an-admin-key-of-the-environment', chaosToken: 'a-token-for-chaos-drills' };
  service = stack.use(await startTestService(all));
  document = await fetchDocument(service.url);
  operations = operationsOf(document);
});
afterAll(() => stack.disposeAsync());

const concrete = (template: string) => template.replace(/\{[^}]*\}/g, '1');

/** Whether an operation is one of a path's: `/users/bulk` is also `/users/{id}`, but no word is a code. */
const matches = ({ template, versioned }: ApiOperation, path: string, prefix: string): boolean =>
  (prefix === '' || versioned) &&
  !(template.startsWith('/{') && words.has(path.split('/')[1] ?? '')) &&
  new RegExp(`^${template.replace(/\{[^}]*\}/g, '[^/]+')}$`).test(path);

test('it is OpenAPI 3.1 with every kind of operation, each with an id of its own', () => {
  expect(document).toMatchObject({ openapi: '3.1.1', info: { title: 'Shortstack', version: 'test' } });
  const ids = operations.map(({ operation }) => (operation as unknown as { operationId: string }).operationId);
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids).toEqual(expect.arrayContaining(['getUsersId', 'postKeys', 'getHealthReady', 'getCode']));
});

test('what the document has is mounted, with its methods and no others, under /v1 too where it says so', async () => {
  for (const { template, versioned } of operations) {
    for (const prefix of versioned ? ['', '/v1'] : ['']) {
      const documented = operations.filter((other) => matches(other, concrete(template), prefix));
      const wanted = new Set(documented.flatMap(({ method }) => (method === 'GET' ? ['GET', 'HEAD'] : [method])));
      const response = await fetch(service.url + prefix + concrete(template), { method: 'PATCH' });
      const allowed = response.headers.get('Allow')?.split(', ') ?? [];
      expect([prefix + template, response.status, new Set(allowed)]).toEqual([prefix + template, 405, wanted]);
    }
  }
});

test.each(['/shorten', '/v1/shorten', '/Shorten', '/chaos/qr'])('%s is a word and no short link', async (path) => {
  const response = await fetch(service.url + path);
  expect([404, 405]).toContain(response.status);
  expect(((await response.json()) as { error: string }).error).not.toContain('URL');
});

test('a first segment of a route is one of the words, and the words that are no route yet are few and known', () => {
  const first = operations.map(({ template }) => template.split('/')[1] ?? '').filter((word) => !/^$|\{/.test(word));
  for (const word of first) expect([...words]).toContain(word);
  const unused = [...words].filter((word) => !first.includes(word));
  expect(unused.sort()).toEqual(['.well-known', 'v1']);
});

test('the resources come first, what runs the service last', () => {
  const { tags } = document as unknown as { tags: { name: string }[] };
  const names = tags.map(({ name }) => name);
  expect(names[0]).toBe('users');
  expect(names.slice(-3)).toEqual(['keys', 'operations', 'pages']);
});

test('who may use an operation stands in the document', () => {
  const path = (template: string, method: string) =>
    operations.find((one) => one.template === template && one.method === method)?.operation.security;
  expect(path('/users', 'POST')).toEqual([{ bearer: ['write'] }, { apiKey: ['write'] }]);
  expect(path('/health', 'GET')).toEqual([]);
});

test('where AUTH=off a key is optional, unless the operation always needs one', () => {
  const one = { method: 'GET', summary: '', tag: '', limit: 'none', versioned: false, answers: {} } as const;
  const routes = [
    route({ ...one, path: '/a', access: needs('read'), handle: () => {} }),
    route({ ...one, path: '/b', access: always('admin'), handle: () => {} }),
    route({ ...one, path: '/c', access: open, handle: () => {} }),
  ];
  const made = openapiDocument(routes, { version: '1', authOn: false }) as unknown as ApiDocument;
  const security = operationsOf(made).map(({ operation }) => operation.security);
  expect(security).toEqual([
    [{ bearer: ['read'] }, { apiKey: ['read'] }, {}],
    [{ bearer: ['admin'] }, { apiKey: ['admin'] }],
    [],
  ]);
});

test('paths of the router become templates', () => {
  expect(templateOf('/urls/:id')).toBe('/urls/{id}');
  expect(templateOf('/:code([a-z]+)/qr')).toBe('/{code}/qr');
});

test('a schema with an id becomes a component, an override stands for what is transformed', () => {
  const components = {};
  const inner = z.object({ a: z.string() }).meta({ id: 'Inner' });
  const number = z
    .string()
    .transform(Number)
    .meta({ override: { type: 'integer' } });
  const schema = jsonSchemaOf(z.object({ inner, number }), 'input', components);
  expect(schema).toMatchObject({
    properties: { inner: { $ref: '#/components/schemas/Inner' }, number: { type: 'integer' } },
  });
  expect(components).toEqual({ Inner: expect.objectContaining({ type: 'object', required: ['a'] }) });
});

test.each<[string, number, Record<string, string>, RegExp | undefined]>([
  ['what it promises', 201, { 'X-Request-ID': '1', Location: '/a/1' }, undefined],
  ['a status that it does not name', 418, { 'X-Request-ID': '1' }, /status is not promised/],
  ['a header that it does not name', 409, { 'X-Request-ID': '1', Location: '/a/1' }, /location is not promised/],
  ['without a header that it promises', 201, { 'X-Request-ID': '1' }, /location is missing/],
  ['with a number that is none', 429, { 'X-Request-ID': '1', 'Retry-After': 'soon' }, /retry-after is no number/],
])('an answer is held against the document: %s', (_, status, headers, problem) => {
  const one = route({
    ...({ method: 'POST', path: '/a', summary: '', tag: '', limit: 'create', versioned: false } as const),
    access: open,
    answers: { 201: { description: '', headers: ['Location'] } },
    refuses: ['conflict'],
    handle: () => {},
  });
  const made = openapiDocument([one], { version: '1', authOn: false }) as unknown as ApiDocument;
  const [operation] = operationsOf(made);
  if (!operation) throw new Error('no operation');
  const check = () => conformance(made)(operation, new Response(null, { status, headers }), '');
  if (problem) expect(check).toThrow(problem);
  else expect(check).not.toThrow();
});

test('an uploaded record is described by the schema that reads it', () => {
  const [users, urls] = ['/users/bulk', '/urls/bulk'].map(
    (template) => operations.find((one) => one.template === template)?.operation.requestBody?.content,
  );
  for (const content of [users, urls]) expect(Object.keys(content ?? {})).toContain('text/csv');
  expect(urls?.['application/json']?.schema).toEqual({
    type: 'array',
    items: { $ref: '#/components/schemas/ImportedUrl' },
  });
  const { properties } = document.components.schemas['ImportedUrl'] as { properties: object };
  const wanted = ['id', 'short_code', 'created_at', 'is_active', 'tags', 'max_clicks'];
  expect(Object.keys(properties)).toEqual(expect.arrayContaining(wanted));
});
