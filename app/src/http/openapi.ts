import type { z } from 'zod';
import { invalidSchema, problemRef, problemSchema, responseOf, sharedResponses } from './openapi-responses.ts';
import { type Components, type JsonSchema, jsonSchemaOf } from './openapi-schema.ts';
import { type ProblemCode, problems } from './problem.ts';
import type { Route, Upload } from './route.ts';

type About = {
  version: string;
  /** Whether operations with a scope need a key. */
  authOn: boolean;
};

const description = `A URL shortener that counts every click.

Errors are \`application/problem+json\` (RFC 9457). Timestamps are RFC 3339 in UTC. Every response carries
\`X-Request-ID\`. Resources answer under \`/v1\` too. Over a limit there is a 429 with \`Retry-After\` and \`RateLimit-*\`.`;

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

/** What a file of records looks like in a media type. */
function fileSchema(type: string, record: JsonSchema): JsonSchema {
  const { $ref } = record;
  if (type === 'application/json') return { type: 'array', items: record };
  if (type === 'multipart/form-data') {
    const file = { type: 'string', format: 'binary', description: 'A file of one of the other types' };
    return { type: 'object', required: ['file'], properties: { file } };
  }
  const each =
    type === 'text/csv' ? 'A first line with names of fields, then a line each' : 'A JSON object in each line';
  return { type: 'string', description: `${each}: fields as in ${String($ref).split('/').at(-1)}` };
}

function uploadOf({ types, record }: Upload, components: Components): JsonSchema {
  const schema = jsonSchemaOf(record, 'input', components);
  return Object.fromEntries(types.map((type) => [type, { schema: fileSchema(type, schema) }]));
}

function bodyOf({ body, upload }: Route, components: Components): { requestBody?: JsonSchema } {
  if (!body && !upload) return {};
  const streamed = upload ? uploadOf(upload, components) : {};
  const json = body ? { 'application/json': { schema: jsonSchemaOf(body, 'input', components) } } : {};
  return { requestBody: { required: true, content: { ...streamed, ...json } } };
}

/** Errors that follow from what a route takes and who may use it; what is its own is among its answers. */
function problemsOf({ params, query, body, upload, access, limit, refuses = [] }: Route): ProblemCode[] {
  const codes: ProblemCode[] = [...refuses];
  if (params || query || body || upload) codes.push('malformed');
  if (access.kind === 'scope') codes.push('unauthorized', 'forbidden', 'too_many', 'unavailable');
  if (params) codes.push('not_found');
  if (body || upload) codes.push('request_timeout', 'too_large', 'unsupported_type', 'invalid');
  if (limit !== 'none') codes.push('too_many', 'unavailable');
  return codes;
}

function securityOf({ access }: Route, authOn: boolean): JsonSchema[] {
  if (access.kind === 'public') return [];
  const keyed = [{ bearer: [access.scope] }, { apiKey: [access.scope] }];
  return authOn || access.always ? keyed : [...keyed, {}];
}

function operationOf(route: Route, { authOn }: About, components: Components): JsonSchema {
  const refused = problemsOf(route).map((code) => [String(problems[code].status), problemRef(code)] as const);
  const answers = Object.entries(route.answers).map(
    ([status, answer]) => [status, responseOf(Number(status), answer, route, components)] as const,
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
    responses: { ...Object.fromEntries([...refused, ...answers]), default: problemRef('internal') },
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
  const schemas: Components = { Problem: problemSchema, InvalidProblem: invalidSchema };
  const paths: Record<string, JsonSchema> = {};
  for (const route of routes) {
    const path = templateOf(route.path);
    const servers = route.versioned ? { servers: [{ url: '/' }, { url: '/v1' }] } : {};
    paths[path] = { ...servers, ...paths[path], [route.method.toLowerCase()]: operationOf(route, about, schemas) };
  }
  return {
    openapi: '3.1.1',
    info: { title: 'Shortstack', version: about.version, description, license: { name: 'MIT', identifier: 'MIT' } },
    servers: [{ url: '/' }],
    tags: tagsOf(routes),
    paths,
    components: { schemas, ...sharedResponses(), securitySchemes },
  };
}
