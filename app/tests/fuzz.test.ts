import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type ApiDocument, type ApiOperation, conformance, fetchDocument, operationsOf } from './support/openapi.ts';
import { requestsFor } from './support/requests.ts';
import { startTestService, type TestService } from './support/service.ts';

const stack = new AsyncDisposableStack();
const key = 'an-admin-key-of-the-environment';
const runsAnOperation = 40;
/** A file has many fields at once. */
const runsAnUpload = 150;
let service: TestService;
let document: ApiDocument;

beforeAll(async () => {
  service = stack.use(await startTestService({ auth: true, apiKey: key }));
  document = await fetchDocument(service.url);
});
afterAll(() => stack.disposeAsync());

async function send(
  operation: ApiOperation,
  request: { path: string; headers: Record<string, string>; body?: string },
) {
  const { path, headers, body } = request;
  const response = await fetch(service.url + path, {
    method: operation.method,
    headers: { ...headers, Authorization: `Bearer ${key}` },
    redirect: 'manual',
    signal: AbortSignal.timeout(5_000),
    ...(body !== undefined && { body }),
  });
  return { response, text: await response.text() };
}

const isUpload = ({ operation }: ApiOperation): boolean => operation.requestBody?.content['text/csv'] !== undefined;

/** A stream lasts for seconds: no answer to wait for. What it is asked for wrongly is in stream.test.ts. */
const ends = ({ template }: ApiOperation): boolean => template !== '/stream';

const address = 'https://example.com/a';
test.each([
  ['POST', '/users', '/users', { username: 'a name', email: 'a@example.com' }, 201],
  ['PUT', '/users/{id}', '/users/1', { username: 'another name' }, 200],
  ['GET', '/users', '/v1/users', undefined, 200],
  ['POST', '/urls', '/urls', { original_url: address, user_id: 1, tags: ['a'], max_clicks: 9 }, 201],
  ['POST', '/shorten', '/shorten', { url: address, custom_alias: 'an-alias' }, 201],
  ['GET', '/urls', '/urls?user_id=1', undefined, 200],
  ['GET', '/urls/{id}/stats', '/urls/1/stats', undefined, 200],
  ['GET', '/{code}', '/an-alias', undefined, 302],
  ['POST', '/events', '/events', { event_type: 'note', url_id: 1, details: { a: 1 } }, 201],
  ['GET', '/events', '/events?url_id=1', undefined, 200],
  ['POST', '/keys', '/keys', { name: 'a key', scopes: ['read'] }, 201],
  ['GET', '/keys', '/keys', undefined, 200],
  ['DELETE', '/users/{id}', '/users/1', undefined, 204],
])('%s %s, well-formed: what the document promises', async (method, template, path, body, status) => {
  const operation = operationsOf(document).find((one) => one.method === method && one.template === template);
  if (!operation) throw new Error(`the document has no ${method} ${template}`);
  const headers = body ? { 'Content-Type': 'application/json' } : {};
  const { response, text } = await send(operation, { path, headers, ...(body && { body: JSON.stringify(body) }) });
  expect([response.status, text]).toEqual([status, text]);
  conformance(document)(operation, response, text);
});

// One test for all, since the operations are known only when the service runs; a failure names its request.
test('whatever is sent to any operation: an answer within 5 s, no 5xx, and as the document promises', async () => {
  const conforms = conformance(document);
  for (const operation of operationsOf(document).filter(ends)) {
    await fc.assert(
      fc.asyncProperty(requestsFor(operation, document), async (request) => {
        const { response, text } = await send(operation, request);
        expect([request.method, request.path, response.status < 500, text]).toEqual([
          request.method,
          request.path,
          true,
          text,
        ]);
        expect(response.headers.get('X-Injected')).toBeNull();
        // A value that is empty or full of dots may have led to another operation's path.
        if (!/\/(%2E|\.|\?|$)/i.test(request.path)) conforms(operation, response, text);
      }),
      { numRuns: isUpload(operation) ? runsAnUpload : runsAnOperation },
    );
  }
  expect((await fetch(`${service.url}/health`)).status).toBe(200);
});
