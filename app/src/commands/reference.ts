import { settings } from '../config-table.ts';

type Row = {
  name: string;
  schema: { description?: string | undefined };
  fallback: string;
  meaning: string;
  unit?: string;
  secret?: boolean;
};

const made = 'Made by `npm run generate` from';
const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ');
const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.map(cell).join(' | ')} |`).join('\n');

/** docs/configuration.md: every setting, its default, what it may be and what it means. */
export function configurationPage(rows: readonly Row[]): string {
  const cells = rows.map(({ name, fallback, meaning, unit, secret, schema }) => [
    `\`${name}\``,
    fallback === '' ? 'empty' : `\`${fallback}\``,
    [schema.description ?? 'a text', unit].filter(Boolean).join('; '),
    `${meaning}${secret ? ' Secret: never shown in a message.' : ''}`,
  ]);
  return `# Configuration

${made} \`app/src/config-table.ts\`.

The service reads its settings from the environment, all at once, and names every wrong one before it ends.
Each \`NAME\` has a twin \`NAME_FILE\`: the path of a file that holds the value, as for Docker secrets.
An empty \`OTEL_…\` counts as not set, as OpenTelemetry has it.

${table(['setting', 'default', 'allowed', 'meaning'], cells)}
`;
}

/** Every generated file: path from the repository's root → content. */
export async function referenceFiles(): Promise<Record<string, string>> {
  const rows: readonly Row[] = Object.values(settings);
  return { 'docs/configuration.md': configurationPage(rows) };
}
