export const examplePath = '.env.example';

/** A row of any of the tables of settings. */
export type ExampleRow = {
  name: string;
  schema: { description?: string | undefined };
  fallback: string;
  meaning: string;
  unit?: string;
};

type Tables = Readonly<Record<'stack' | 'service' | 'autoscaler', readonly ExampleRow[]>>;

const head = `# Every setting, with its default; take what differs into .env, without the #. Made by npm run generate.
# In the stack (scripts/up) .env stands beside docker-compose.yml. What that file does not pass on says so here: it is for
# a service or an autoscaler that is run in another way, and there each NAME may be given as NAME_FILE, the path of a
# file that holds the value.
`;

const outside = '# Not in the stack: docker-compose.yml decides.\n';

/** The default that docker-compose.yml gives a setting where `.env` has none; undefined where it takes none from there. */
const passedOn = (composeFile: string, name: string): string | undefined =>
  new RegExp(`\\$\\{${name}:-([^}]*)\\}`).exec(composeFile)?.[1];

function block({ name, schema, fallback, meaning, unit }: ExampleRow, note: string): string {
  const allowed = [schema.description, unit].filter(Boolean).join('; ');
  const value = fallback.includes('\n') ? '(of several lines: docs/autoscaler.md)' : fallback;
  return `# ${meaning}\n${allowed ? `# Allowed: ${allowed}\n` : ''}${note}# ${name}=${value}\n`;
}

/** .env.example: every setting of all three tables, a name that two of them have once. */
export function exampleFile({ stack, service, autoscaler }: Tables, composeFile: string): string {
  const known = new Set(stack.map(({ name }) => name));
  const others = (rows: readonly ExampleRow[]) =>
    rows
      .filter(({ name }) => !known.has(name))
      .map((row) => {
        const fallback = passedOn(composeFile, row.name);
        return fallback === undefined ? block(row, outside) : block({ ...row, fallback }, '');
      });
  const sections: [string, string[]][] = [
    ['The stack', stack.map((row) => block(row, ''))],
    ['The service', others(service)],
    ['The autoscaler', others(autoscaler)],
  ];
  return [head, ...sections.map(([title, blocks]) => `# ── ${title}\n\n${blocks.join('\n')}`)].join('\n');
}
