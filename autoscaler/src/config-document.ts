import { table } from './config-table.ts';

export const marks = { begin: '<!-- settings: begin -->', end: '<!-- settings: end -->' } as const;

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ');

const defaultOf = (fallback: string): string => {
  if (fallback === '') return 'empty';
  return fallback.includes('\n') ? 'as below' : `\`${fallback}\``;
};

/** The settings as a Markdown table, between the marks by which the document knows where it stands. */
export function settingsTable(): string {
  const rows = Object.values(table).map(({ fallback, meaning, name, schema, unit }) => {
    const allowed = [schema.description ?? '', unit].filter((part) => part !== '').join('; ');
    return `| \`${name}\` | ${defaultOf(fallback)} | ${cell(allowed)} | ${cell(meaning)} |`;
  });
  const head = ['| setting | default | allowed | meaning |', '| --- | --- | --- | --- |'];
  return [marks.begin, '', ...head, ...rows, '', marks.end].join('\n');
}

/** The document with its table replaced by the current one. Throws where it has no marks. */
export function withSettings(document: string): string {
  const from = document.indexOf(marks.begin);
  const to = document.indexOf(marks.end);
  if (from < 0 || to < from) throw new Error(`the document has no ${marks.begin} before a ${marks.end}`);
  return document.slice(0, from) + settingsTable() + document.slice(to + marks.end.length);
}
