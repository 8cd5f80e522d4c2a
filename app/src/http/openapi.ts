import type { z } from 'zod';
import { type Components, type JsonSchema, jsonSchemaOf } from './openapi-schema.ts';
import { type ProblemCode, problems } from './problem.ts';
import type { Answer, Route } from './route.ts';

type About = {
  version: string;
  /** Whether operations with a scope need a key. */
  authOn: boolean;
};

const description = `A URL shortener that counts every click.

Errors are \`application/problem+json\` (RFC 9457). Timestamps are RFC 3339 in UTC. Every response carries
\`X-Request-ID\`. Resources answer under \`/v1\` too. Over a limit there is a 429 with \`Retry-After\` and \`RateLimit-*\`.`;

const problemSchema: JsonSchema = {
  type: 'object',
  required: ['type', 'title', 'status', 'detail', 'error', 'request_id'],
  properties: {
    type: { type: 'string' },
    title: { type: 'string' },
    status: { type: 'integer' },
    detail: { type: 'string' },
    error: { type: 'string', description: 'The same as detail' },
    request_id: { type: 'string' },
    errors: { type: 'object', additionalProperties: { type: 'string' }, description: 'Field → what is expected' },
  },
};

const problemContent = { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } };

const securitySchemes = {
  bearer: { type: 'http', scheme: 'bearer', description: 'An API key' },
  apiKey: { type: 'apiKey', in: 'header', name: 'X-API-Key' },
};

/** `/urls/:id` as OpenAPI writes it: `/urls/{id}`. */
export const templateOf = (path: string): string => path.replace(/:([A-Za-z_]+)(\([^)]*\))?/g, '{$1}');

const operationId = ({ method, path }: Route): string =>
  method.toLowerCase() + path.replace(/[^A-Za-z]+([A-Za-z]?)/g, (_, letter: string) => letter.toUpperCase());

function parametersOf(schema: z.ZodType | undefined, place: 'path' | 'query', components: Components): JsonSchema[] {
  if (!schema) return [];
  const { properties = {}, required = [] } = jsonSchemaOf(schema, 'input', components) as {
    properties?: Record<string, JsonSchema>;
    required?: string[];
  };
  return Object.entries(properties).map(([name, { description: meaning, ...rest }]) => ({
    name,
    in: place,
    required: place === 'path' || required.includes(name),
    ...(meaning !== undefined && { description: meaning }),
    schema: rest,
  }));
}

const headersOf = (headers: Readonly<Record<string, string>> = {}): JsonSchema[] =>
  Object.entries(headers).map(([name, meaning]) => ({
    name,
    in: 'header',
    required: false,
    description: meaning,
    schema: { type: 'string' },
  }));

const uploads: Readonly<Record<string, JsonSchema>> = {
  'application/json': { type: 'array', items: { type: 'object' } },
  'multipart/form-data': { type: 'object', properties: { file: { type: 'string', format: 'binary' } } },
};

function bodyOf({ body, upload }: Route, components: Components): { requestBody?: JsonSchema } {
  const streamed = (upload ?? []).map((type) => [type, { schema: uploads[type] ?? { type: 'string' } }] as const);
  if (!body && streamed.length === 0) return {};
  const json = body ? { 'application/json': { schema: jsonSchemaOf(body, 'input', components) } } : {};
  return { requestBody: { required: true, content: { ...Object.fromEntries(streamed), ...json } } };
}

const typesOf = ({ schema, type }: Answer): readonly string[] => {
  if (type === undefined) return schema ? ['application/json'] : [];
  return typeof type === 'string' ? [type] : type;
};

function responseOf(status: number, answer: Answer, components: Components): JsonSchema {
  const { description: meaning, schema } = answer;
  const headers = { 'X-Request-ID': { schema: { type: 'string' } } };
  const shown = schema ? jsonSchemaOf(schema, 'output', components) : { type: 'string' };
  const types = typesOf(answer).map((type) => [type, { schema: shown }] as const);
  const refused = status >= 400 && !schema ? problemContent : {};
  return { description: meaning, headers, content: { ...Object.fromEntries(types), ...refused } };
}

/** Errors that follow from what a route takes and who may use it; what is its own is among its answers. */
function problemsOf({ params, query, body, upload, access, limit }: Route): ProblemCode[] {
  const codes: ProblemCode[] = [];
  if (params || query || body || upload) codes.push('malformed');
  if (access.kind === 'scope') codes.push('unauthorized', 'forbidden');
  if (params) codes.push('not_found');
  if (body || upload) codes.push('too_large', 'unsupported_type', 'invalid');
  if (limit !== 'none') codes.push('too_many');
  return codes;
}

const problemRef = { $ref: '#/components/responses/Problem' };

function securityOf({ access }: Route, authOn: boolean): JsonSchema[] {
  if (access.kind === 'public') return [];
  const keyed = [{ bearer: [access.scope] }, { apiKey: [access.scope] }];
  return authOn || access.always ? keyed : [...keyed, {}];
}

function operationOf(route: Route, { authOn }: About, components: Components): JsonSchema {
  const refused = problemsOf(route).map((code) => [String(problems[code].status), problemRef] as const);
  const answers = Object.entries(route.answers).map(
    ([status, answer]) => [status, responseOf(Number(status), answer, components)] as const,
  );
  return {
    operationId: operationId(route),
    summary: route.summary,
    tags: [route.tag],
    security: securityOf(route, authOn),
    parameters: [
      ...parametersOf(route.params, 'path', components),
      ...parametersOf(route.query, 'query', components),
      ...headersOf(route.headers),
    ],
    ...bodyOf(route, components),
    responses: { ...Object.fromEntries([...refused, ...answers]), default: problemRef },
  };
}

/** Tags as a reader looks for them; those that only help to run the service or to look around come last. */
function tagsOf(routes: readonly Route[]): JsonSchema[] {
  const last = ['keys', 'operations', 'pages'];
  const names = [...new Set(routes.map(({ tag }) => tag))];
  const sorted = names.toSorted((one, other) => last.indexOf(one) - last.indexOf(other));
  return sorted.map((name) => ({ name }));
}

/** The OpenAPI 3.1 document of the routes, from the very schemas that parse their requests. */
export function openapiDocument(routes: readonly Route[], about: About): JsonSchema {
  const schemas: Components = { Problem: problemSchema };
  const paths: Record<string, JsonSchema> = {};
  for (const route of routes) {
    const path = templateOf(route.path);
    const servers = route.versioned ? { servers: [{ url: '/' }, { url: '/v1' }] } : {};
    paths[path] = { ...servers, ...paths[path], [route.method.toLowerCase()]: operationOf(route, about, schemas) };
  }
  const responses = { Problem: { description: 'What went wrong', content: problemContent } };
  return {
    openapi: '3.1.1',
    info: { title: 'Shortstack', version: about.version, description, license: { name: 'MIT', identifier: 'MIT' } },
    servers: [{ url: '/' }],
    tags: tagsOf(routes),
    paths,
    components: { schemas, responses, securitySchemes },
  };
}
