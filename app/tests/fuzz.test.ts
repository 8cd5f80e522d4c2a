import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type ApiDocument, type ApiOperation, conformance, fetchDocument, operationsOf } from './support/openapi.ts';
import { requestsFor } from './support/requests.ts';
import { startTestService, type TestService } from './support/service.ts';

const stack = new AsyncDisposableStack();
const key = 'an-admin-key-of-the-environment';
const runsAnOperation = 40;
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

// One test for all, since the operations are known only when the service runs; a failure names its request.
test('whatever is sent to any operation: an answer within 5 s, no 5xx, and as the document promises', async () => {
  const conforms = conformance(document);
  const succeeded = new Set<string>();
  for (const operation of operationsOf(document)) {
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
        if (response.ok) succeeded.add(`${request.method} ${operation.template}`);
        // A value that is empty or full of dots may have led to another operation's path.
        if (!/\/(%2E|\.|\?|$)/i.test(request.path)) conforms(operation, response, text);
      }),
      { numRuns: runsAnOperation },
    );
  }
  // Else all that was tested is how things are refused.
  const wanted = ['/users', '/urls', '/events', '/keys', '/shorten'].map((path) => `POST ${path}`);
  expect([...succeeded]).toEqual(
    expect.arrayContaining([...wanted, 'GET /urls', 'PUT /users/{id}', 'DELETE /users/{id}']),
  );
  expect((await fetch(`${service.url}/health`)).status).toBe(200);
}, 300_000);
