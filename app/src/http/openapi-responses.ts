import { type Components, type JsonSchema, jsonSchemaOf } from './openapi-schema.ts';
import { type ProblemCode, problems } from './problem.ts';
import { limitHeaders, type ResponseHeader, responseHeaders } from './response-headers.ts';
import type { Answer, Route } from './route.ts';

/** What every error looks like. */
export const problemSchema: JsonSchema = {
  type: 'object',
  required: ['type', 'title', 'status', 'detail', 'error', 'request_id'],
  properties: {
    type: { type: 'string' },
    title: { type: 'string' },
    status: { type: 'integer' },
    detail: { type: 'string' },
    error: { type: 'string', description: 'The same as detail' },
    request_id: { type: 'string' },
  },
};

/** What a 422 looks like, and no other error. */
export const invalidSchema: JsonSchema = {
  allOf: [{ $ref: '#/components/schemas/Problem' }],
  type: 'object',
  required: ['errors'],
  properties: {
    errors: {
      type: 'object',
      minProperties: 1,
      additionalProperties: { type: 'string' },
      description: 'Field → what is expected',
    },
  },
};

const contentOf = (name: string) => ({
  'application/problem+json': { schema: { $ref: `#/components/schemas/${name}` } },
});
const problemContent = contentOf('Problem');

const typesOf = ({ schema, type }: Answer): readonly string[] => {
  if (type === undefined) return schema ? ['application/json'] : [];
  return typeof type === 'string' ? [type] : type;
};

const headerRef = (name: ResponseHeader) => [name, { $ref: `#/components/headers/${name}` }] as const;

const headerOf = ([name, { description: meaning, ...more }]: [string, { description: string; type?: string }]) =>
  [name, { description: meaning, schema: { type: 'string', ...more } }] as const;

/** Headers by name; those that each answer has are marked so. */
function responseHeadersOf(always: readonly ResponseHeader[], maybe: readonly ResponseHeader[]): JsonSchema {
  const certain = always.map((name) => {
    const [, header] = headerOf([name, responseHeaders[name]]);
    return [name, { ...header, required: true }] as const;
  });
  return Object.fromEntries([...certain, ...maybe.map(headerRef)]);
}

const isCode = (status: number) => (code: ProblemCode) => problems[code].status === status;
const codes = Object.keys(problems) as ProblemCode[];

const headersOfProblem = (code: ProblemCode | undefined): readonly ResponseHeader[] => {
  if (code === undefined) return [];
  const problem: { status: number; headers?: readonly ResponseHeader[] } = problems[code];
  return problem.headers ?? [];
};

/** One answer of an operation, with its headers. */
export function responseOf(status: number, answer: Answer, { limit }: Route, components: Components): JsonSchema {
  const { description: meaning, schema, headers: own = [], mayHave = [] } = answer;
  const maybe = [
    ...(limit === 'none' ? [] : limitHeaders),
    ...mayHave,
    ...headersOfProblem(codes.find(isCode(status))),
  ];
  const headers = responseHeadersOf(['X-Request-ID', ...own], maybe);
  const shown = schema ? jsonSchemaOf(schema, 'output', components) : { type: 'string' };
  const types = typesOf(answer).map((type) => [type, { schema: shown }] as const);
  const refused = status >= 400 && !schema ? problemContent : {};
  return { description: meaning, headers, content: { ...Object.fromEntries(types), ...refused } };
}

/** Where the document tells of a kind of error. */
export const problemRef = (code: ProblemCode) => ({ $ref: `#/components/responses/${code}` });

const problemResponse = (code: ProblemCode): JsonSchema => ({
  description: problems[code].title,
  headers: responseHeadersOf(['X-Request-ID'], [...limitHeaders, ...headersOfProblem(code)]),
  content: code === 'invalid' ? contentOf('InvalidProblem') : problemContent,
});

/** What the operations' answers refer to. */
export const sharedResponses = () => ({
  responses: Object.fromEntries(codes.map((code) => [code, problemResponse(code)])),
  headers: Object.fromEntries(Object.entries(responseHeaders).map(headerOf)),
});
