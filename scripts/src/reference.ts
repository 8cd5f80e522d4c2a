import type { StackSetting } from './setting.ts';

export const stackPagePath = 'docs/stack-configuration.md';

const cell = (text: string): string => text.replaceAll('|', '\\|');

const row = ({ name, schema, fallback, meaning, unit, secret }: StackSetting): string => {
  const allowed = [schema.description ?? 'a text', unit].filter(Boolean).join('; ');
  const cells = [
    `\`${name}\``,
    fallback ? `\`${fallback}\`` : 'empty',
    allowed,
    `${meaning}${secret ? ' Secret.' : ''}`,
  ];
  return `| ${cells.map(cell).join(' | ')} |`;
};

/** docs/stack-configuration.md: every setting of the stack, its default, what it may be and what it means. */
export const stackPage = (rows: readonly StackSetting[]): string => `# Configuration of the stack

Made by \`npm run generate\` from \`scripts/src/settings.ts\`.

These go into \`.env\` beside \`docker-compose.yml\`, which \`scripts/up\` makes and applies. Of the service's own settings
(docs/configuration.md) those that \`docker-compose.yml\` names may stand there too, and so may the autoscaler's (docs/autoscaler.md).

| setting | default | allowed | meaning |
| --- | --- | --- | --- |
${rows.map(row).join('\n')}
`;
