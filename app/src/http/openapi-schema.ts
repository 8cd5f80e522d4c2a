import { z } from 'zod';

export type JsonSchema = Record<string, unknown>;

/** Named schemas of the document, filled as the operations are described. */
export type Components = Record<string, JsonSchema>;

type Shown = JsonSchema & { override?: JsonSchema; description?: string };

/** What `meta({ override })` says stands for what a transformed text would say; patterns of known formats are noise. */
function simplify({ jsonSchema }: { jsonSchema: object }): void {
  const schema = jsonSchema as Shown;
  const { override, description } = schema;
  if (override) {
    for (const key of Object.keys(schema)) delete schema[key];
    Object.assign(schema, description ? { description } : {}, override);
  }
  if (schema['format']) delete schema['pattern'];
}

const toComponents = (schema: JsonSchema): JsonSchema =>
  JSON.parse(JSON.stringify(schema).replaceAll('"#/$defs/', '"#/components/schemas/'));

/**
 * A zod schema as JSON Schema 2020-12, as OpenAPI 3.1 embeds it. `input`: what a client may send; `output`: what it
 * gets. Schemas with an id become references, and stand in `components`.
 */
export function jsonSchemaOf(schema: z.ZodType, io: 'input' | 'output', components: Components): JsonSchema {
  const { $schema, $defs, ...rest } = toComponents(
    z.toJSONSchema(schema, { io, unrepresentable: 'any', override: simplify }) as JsonSchema,
  );
  Object.assign(components, $defs);
  return rest;
}
