/**
 * @typedef {{ name: string, in: 'path' | 'query' | 'header', required: boolean, description?: string, schema?: Schema }} Parameter
 * @typedef {{ type?: string, $ref?: string, properties?: Record<string, Schema>, items?: Schema, enum?: unknown[],
 *   anyOf?: Schema[], format?: string, default?: unknown, const?: unknown }} Schema
 * @typedef {{ name: string, method: string, path: string, summary: string, parameters: Parameter[], types: string[], schema?: Schema }} Operation
 * @typedef {{ paths: Record<string, Record<string, any>>, components?: { schemas?: Record<string, Schema> } }} Document
 */

const methods = ['get', 'post', 'put', 'delete'];

/**
 * Every operation of an OpenAPI document, by path.
 * @param {Document} document
 * @returns {Operation[]}
 */
export const operationsOf = ({ paths }) =>
  Object.entries(paths).flatMap(([path, item]) =>
    methods.flatMap((method) => {
      const operation = item[method];
      if (!operation) return [];
      const content = operation.requestBody?.content ?? {};
      const name = `${method.toUpperCase()} ${path}`;
      const { summary = '', parameters = [] } = operation;
      return [
        {
          name,
          method: method.toUpperCase(),
          path,
          summary,
          parameters,
          types: Object.keys(content),
          schema: content['application/json']?.schema,
        },
      ];
    }),
  );

const mostNested = 5;

/** @type {Record<string, unknown>} */
const samples = { string: '', integer: 1, number: 1, boolean: true, array: [], null: null };

/**
 * A body as a schema describes it, to be filled in.
 * @param {Schema | undefined} schema
 * @param {Document} document
 * @returns {unknown}
 */
export function sampleOf(schema, document, depth = 0) {
  if (!schema || depth > mostNested) return null;
  const name = /^#\/components\/schemas\/(.+)$/.exec(schema.$ref ?? '')?.[1];
  if (name) return sampleOf(document.components?.schemas?.[name], document, depth + 1);
  if ('const' in schema) return schema.const;
  if ('default' in schema) return schema.default;
  if (schema.enum) return schema.enum[0];
  if (schema.anyOf) return sampleOf(schema.anyOf[0], document, depth + 1);
  if (schema.format === 'uri') return 'https://example.com/';
  if (schema.format === 'date-time') return '2030-01-01T00:00:00Z';
  if (schema.type === 'object') {
    return Object.fromEntries(
      Object.entries(schema.properties ?? {}).map(([key, one]) => [key, sampleOf(one, document, depth + 1)]),
    );
  }
  return samples[schema.type ?? ''] ?? null;
}

/**
 * The address of a call.
 * @param {Operation} operation
 * @param {Record<string, string>} values by place and name
 */
export function addressOf({ path, parameters }, values) {
  const filled = path.replace(/\{([^}]+)\}/g, (_, name) => encodeURIComponent(values[`path ${name}`] ?? ''));
  const query = new URLSearchParams();
  for (const { name, in: place } of parameters) {
    const value = values[`query ${name}`];
    if (place === 'query' && value) query.set(name, value);
  }
  const text = query.toString();
  return text ? `${filled}?${text}` : filled;
}
