import Ajv2020 from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';

type Media = Record<string, { schema: object }>;
type Header = { required?: boolean; schema: { type: string } };
type Declared = { content?: Media; headers?: Record<string, Header | { $ref: string }> };
type Operation = {
  security: Record<string, string[]>[];
  parameters: { name: string; in: string; required: boolean; schema: Record<string, unknown> }[];
  requestBody?: { content: Media };
  responses: Record<string, Declared & { $ref?: string }>;
};
export type ApiDocument = {
  paths: Record<string, Record<string, Operation> & { servers?: { url: string }[] }>;
  components: {
    schemas: Record<string, object>;
    responses: Record<string, Declared>;
    headers: Record<string, Header>;
  };
};
export type ApiOperation = { method: string; template: string; versioned: boolean; operation: Operation };

const methods = ['get', 'post', 'put', 'delete'];

/** Every operation of a service's document. */
export function operationsOf({ paths }: ApiDocument): ApiOperation[] {
  return Object.entries(paths).flatMap(([template, item]) =>
    methods.flatMap((method) => {
      const operation = item[method];
      const versioned = item.servers !== undefined;
      return operation ? [{ method: method.toUpperCase(), template, versioned, operation }] : [];
    }),
  );
}

export async function fetchDocument(url: string): Promise<ApiDocument> {
  return (await (await fetch(`${url}/openapi.json`)).json()) as ApiDocument;
}

/** Headers that HTTP knows by itself, or that every answer of a careful service has. */
const usual = new Set([
  ...['connection', 'keep-alive', 'date', 'content-length', 'content-type', 'transfer-encoding', 'content-encoding'],
  ...['cache-control', 'vary', 'content-security-policy', 'referrer-policy', 'x-content-type-options', 'x-robots-tag'],
]);

/** What is wrong with a response's headers: one that is not declared, is missing, or is no number. */
function headerProblems(declared: Declared['headers'] = {}, { headers }: Response, document: ApiDocument): string[] {
  const known = new Map(
    Object.entries(declared).map(([name, header]) => {
      const shared = '$ref' in header ? document.components.headers[header.$ref.split('/').at(-1) ?? ''] : header;
      if (!shared) throw new Error(`the document has no header ${name}`);
      return [name.toLowerCase(), shared];
    }),
  );
  const extra = [...headers.keys()].filter((name) => !usual.has(name) && !known.has(name));
  const wanting = [...known].filter(([name, { required }]) => required && !headers.has(name));
  const wrong = [...known].filter(
    ([name, { schema }]) => schema.type === 'integer' && !/^\d+$/.test(headers.get(name) ?? '0'),
  );
  return [
    ...extra.map((name) => `${name} is not promised`),
    ...wanting.map(([name]) => `${name} is missing`),
    ...wrong.map(([name]) => `${name} is no number`),
  ];
}

/** Throws where a response is not one that the document promises for the operation: status, headers, media type or body. */
export type Conforms = (operation: ApiOperation, response: Response, body: string) => void;

export function conformance(document: ApiDocument): Conforms {
  const ajv = new Ajv2020.default({ strict: false, allErrors: false, validateFormats: true });
  addFormats.default(ajv);
  ajv.addSchema(document, 'api');
  const pointer = (parts: string[]) =>
    `api#/${parts.map((part) => encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1'))).join('/')}`;
  return ({ method, template, operation }, response, body) => {
    const where = `${method} ${template} → ${response.status}`;
    // What stands under `default` is for what nobody expects.
    const own = operation.responses[String(response.status)];
    if (!own) throw new Error(`${where}: the status is not promised: ${body.slice(0, 200)}`);
    const shared = own.$ref?.split('/').at(-1);
    const base = shared
      ? ['components', 'responses', shared]
      : ['paths', template, method.toLowerCase(), 'responses', String(response.status)];
    const { content, headers } = (shared ? document.components.responses[shared] : own) ?? {};
    const [problem] = headerProblems(headers, response, document);
    if (problem) throw new Error(`${where}: ${problem}`);
    const type = response.headers.get('Content-Type')?.split(';')[0];
    if (body === '') return;
    if (!type || !content?.[type]) throw new Error(`${where}: ${type} is not promised: ${body.slice(0, 200)}`);
    if (!/[/+]json$/.test(type)) return;
    const parsed = JSON.parse(body) as object;
    // Whoever reads `errors` is to find it with every 422, and to learn nothing wrong from one elsewhere.
    if (type === 'application/problem+json' && 'errors' in parsed !== (response.status === 422)) {
      throw new Error(`${where}: errors belong to a 422 and to nothing else: ${body.slice(0, 500)}`);
    }
    const validate = ajv.getSchema(pointer([...base, 'content', type, 'schema']));
    if (!validate) throw new Error(`${where}: no schema`);
    if (!validate(parsed)) {
      throw new Error(`${where}: ${ajv.errorsText(validate.errors)} in ${body.slice(0, 500)}`);
    }
  };
}
