import fc from 'fast-check';
import type { ApiDocument, ApiOperation } from './openapi.ts';

type Schema = Record<string, unknown>;
export type FuzzedRequest = { path: string; method: string; headers: Record<string, string>; body?: string };

const nastyTexts = [
  ...[
    '',
    ' ',
    '\0',
    '\ud800',
    'a\nb',
    '\r\nX-Injected: 1',
    '%00',
    '%',
    "'; drop table users; --",
    '../..',
    '__proto__',
  ],
  ...[
    '-1',
    '0',
    '1e9',
    '99999999999999999999',
    'NaN',
    'null',
    'true',
    '2026-02-30',
    '0001-01-01',
    '٣',
    '🙂'.repeat(60),
  ],
  ...[
    'javascript:alert(1)',
    'http://[bad',
    'http://127.1/',
    'http://a@b/',
    'https:example.com',
    `https://x.y/${'z'.repeat(3_000)}`,
  ],
];
const nastyText = fc.oneof(fc.constantFrom(...nastyTexts), fc.string({ unit: 'binary', maxLength: 300 }));
const nasty: fc.Arbitrary<unknown> = fc.oneof(
  nastyText,
  fc.jsonValue({ maxDepth: 3 }),
  fc.constantFrom(null, true, [], {}, -1, 0, 1.5, 2 ** 53, 1e308, -0),
);

const resolved = (schema: Schema, { components }: ApiDocument): Schema => {
  const name = /^#\/components\/schemas\/(.+)$/.exec(String(schema['$ref']))?.[1];
  return name ? ((components.schemas[name] ?? {}) as Schema) : schema;
};

function objectOf(schema: Schema, document: ApiDocument): fc.Arbitrary<unknown> {
  const properties = Object.entries((schema['properties'] ?? {}) as Record<string, Schema>);
  const model = Object.fromEntries(properties.map(([name, property]) => [name, valueFor(property, document)]));
  const required = (schema['required'] ?? []) as never[];
  return fc.oneof(
    { weight: 6, arbitrary: fc.record(model, { requiredKeys: required }) },
    { weight: 1, arbitrary: nasty },
  );
}

const formats: Readonly<Record<string, fc.Arbitrary<string>>> = {
  uri: fc.webUrl({ withQueryParameters: true, withFragments: true }),
  'date-time': fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
};

function plainOf(schema: Schema, document: ApiDocument): fc.Arbitrary<unknown> {
  const {
    enum: values,
    anyOf,
    type,
    format,
  } = schema as { enum?: unknown[]; anyOf?: Schema[]; type?: string; format?: string };
  if ('const' in schema) return fc.constant(schema['const']);
  if (values) return fc.constantFrom(...values);
  if (anyOf) return fc.oneof(...anyOf.map((one) => valueFor(one, document)));
  if (type === 'integer' || type === 'number') return fc.oneof(fc.integer({ min: 0, max: 5 }), fc.maxSafeInteger());
  if (type === 'boolean') return fc.boolean();
  if (type === 'null') return fc.constant(null);
  if (type === 'array') return fc.array(valueFor((schema['items'] ?? {}) as Schema, document), { maxLength: 4 });
  if (type === 'object') return objectOf(schema, document);
  if (type === 'string')
    return formats[format ?? ''] ?? fc.oneof(fc.string({ minLength: 3, maxLength: 20 }), fc.emailAddress());
  return nasty;
}

/** Values that a schema describes, and every tenth time one that it does not. */
function valueFor(schema: Schema, document: ApiDocument): fc.Arbitrary<unknown> {
  const plain = plainOf(resolved(schema, document), document);
  return fc.oneof({ weight: 9, arbitrary: plain }, { weight: 1, arbitrary: nasty });
}

/** A value as it stands in a path or a query. A lone surrogate has no encoding: the client would not send it. */
const asText = (value: unknown): string =>
  encodeURIComponent((typeof value === 'string' ? value : (JSON.stringify(value) ?? '')).toWellFormed());

function pathOf({ template, versioned, operation }: ApiOperation, document: ApiDocument): fc.Arbitrary<string> {
  const wanted = operation.parameters.filter(({ in: place }) => place === 'path');
  const values = fc.record(Object.fromEntries(wanted.map(({ name, schema }) => [name, valueFor(schema, document)])));
  const prefix = versioned ? fc.constantFrom('', '/v1') : fc.constant('');
  return fc.tuple(prefix, values).map(([start, given]) => {
    const filled = template.replace(/\{([^}]+)\}/g, (_, name: string) => asText(given[name]) || '1');
    return start + filled;
  });
}

function queryOf({ operation }: ApiOperation, document: ApiDocument): fc.Arbitrary<string> {
  const wanted = operation.parameters.filter(({ in: place }) => place === 'query');
  const model = Object.fromEntries(wanted.map(({ name, schema }) => [name, valueFor(schema, document)]));
  const known = fc.record(model, { requiredKeys: [] });
  const pairs = known.map((given) =>
    Object.entries(given)
      .map(([name, value]) => `${name}=${asText(value)}`)
      .join('&'),
  );
  return fc.oneof({ weight: 6, arbitrary: pairs }, { weight: 1, arbitrary: nastyText.map((text) => asText(text)) });
}

const contentTypes = [
  'application/json',
  'application/json; charset=utf-8',
  'text/csv',
  'multipart/form-data; boundary=x',
  'x',
];

const cellOf = (value: unknown): string =>
  typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value ?? '');
const quoted = (cell: string): string => `"${cell.replaceAll('"', '""')}"`;

/** A file as a spreadsheet saves one: some of the fields as columns in any order, and now and then a cell without quotes. */
function csvOf(record: Schema, document: ApiDocument): fc.Arbitrary<string> {
  const { properties = {}, required = [] } = resolved(record, document) as {
    properties?: Record<string, Schema>;
    required?: string[];
  };
  const optional = Object.keys(properties).filter((name) => !required.includes(name));
  const cell = (name: string) =>
    fc
      .tuple(valueFor(properties[name] ?? {}, document), fc.nat(9))
      .map(([value, plain]) => (plain === 0 ? cellOf(value) : quoted(cellOf(value))));
  return fc.shuffledSubarray(optional).chain((some) => {
    const names = [...some, ...required];
    return fc
      .array(fc.tuple(...names.map(cell)), { minLength: 1, maxLength: 6 })
      .map((rows) => [names, ...rows].map((cells) => cells.join(',')).join('\n'));
  });
}

const part = 'Content-Disposition: form-data; name="file"; filename="a.csv"\r\nContent-Type: text/csv\r\n\r\n';

/** A body of a type: what its schema describes, or records of the JSON array's kind as a file of that type has them. */
function textOf(type: string, schema: Schema, list: Schema, document: ApiDocument): fc.Arbitrary<Body> {
  const record = (list?.['items'] ?? {}) as Schema;
  const as = (text: fc.Arbitrary<string>, shown = type) => text.map((body) => ({ type: shown, body }));
  if (type === 'text/csv') return as(csvOf(record, document));
  if (type === 'multipart/form-data') {
    return as(csvOf(record, document), `${type}; boundary=x`).map(({ type: shown, body }) => ({
      type: shown,
      body: `--x\r\n${part}${body}\r\n--x--\r\n`,
    }));
  }
  if (type === 'application/x-ndjson') {
    const lines = fc.array(valueFor(record, document), { maxLength: 6 });
    return as(lines.map((values) => values.map((value) => JSON.stringify(value)).join('\n')));
  }
  return as(valueFor(schema, document).map((value) => JSON.stringify(value) ?? ''));
}

type Body = { type: string; body: string };

function bodyOf({ operation }: ApiOperation, document: ApiDocument): fc.Arbitrary<Body | undefined> {
  const content = operation.requestBody?.content;
  if (!content) return fc.constant(undefined);
  const described = Object.entries(content).map(([type, { schema }]) =>
    textOf(type, schema as Schema, content['application/json']?.schema as Schema, document),
  );
  const broken = fc.record({ type: fc.constantFrom(...contentTypes), body: nastyText });
  return fc.oneof({ weight: 6, arbitrary: fc.oneof(...described) }, { weight: 1, arbitrary: broken });
}

/** Requests for an operation, mostly such as its document describes. */
export function requestsFor(operation: ApiOperation, document: ApiDocument): fc.Arbitrary<FuzzedRequest> {
  const parts = fc.tuple(pathOf(operation, document), queryOf(operation, document), bodyOf(operation, document));
  const key = fc.oneof(fc.constant({}), fc.constant({ 'Idempotency-Key': 'the-same' }));
  return fc
    .tuple(parts, key, fc.constantFrom('*/*', 'text/html', 'application/json'))
    .map(([[path, query, sent], more, accept]) => ({
      path: query ? `${path}?${query}` : path,
      method: operation.method,
      headers: { Accept: accept, ...more, ...(sent && { 'Content-Type': sent.type }) },
      ...(sent && { body: sent.body }),
    }));
}
