import Ajv2020 from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';

type Media = Record<string, { schema: object }>;
type Operation = {
  security: Record<string, string[]>[];
  parameters: { name: string; in: string; required: boolean; schema: Record<string, unknown> }[];
  requestBody?: { content: Media };
  responses: Record<string, { content?: Media; $ref?: string }>;
};
export type ApiDocument = {
  paths: Record<string, Record<string, Operation> & { servers?: { url: string }[] }>;
  components: { schemas: Record<string, object>; responses: Record<string, { content: Media }> };
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

/** Throws where a response is not one that the document promises for the operation: status, media type or body. */
export type Conforms = (operation: ApiOperation, response: Response, body: string) => void;

export function conformance(document: ApiDocument): Conforms {
  const ajv = new Ajv2020.default({ strict: false, allErrors: false, validateFormats: true });
  addFormats.default(ajv);
  ajv.addSchema(document, 'api');
  const pointer = (parts: string[]) =>
    `api#/${parts.map((part) => encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1'))).join('/')}`;
  return ({ method, template, operation }, response, body) => {
    const where = `${method} ${template} → ${response.status}`;
    const declared = operation.responses[String(response.status)] ?? operation.responses['default'];
    const base = declared?.$ref
      ? ['components', 'responses', 'Problem']
      : ['paths', template, method.toLowerCase(), 'responses', String(response.status)];
    const content = declared?.$ref ? document.components.responses['Problem']?.content : declared?.content;
    const type = response.headers.get('Content-Type')?.split(';')[0];
    if (body === '') return;
    if (!type || !content?.[type]) throw new Error(`${where}: ${type} is not promised: ${body.slice(0, 200)}`);
    if (!/[/+]json$/.test(type)) return;
    const validate = ajv.getSchema(pointer([...base, 'content', type, 'schema']));
    if (!validate) throw new Error(`${where}: no schema`);
    if (!validate(JSON.parse(body))) {
      throw new Error(`${where}: ${ajv.errorsText(validate.errors)} in ${body.slice(0, 500)}`);
    }
  };
}
