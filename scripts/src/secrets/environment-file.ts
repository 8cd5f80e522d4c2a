const line = (name: string) => new RegExp(`^${name}=.*$`, 'm');

const head = `# Settings of the stack: docs/stack-configuration.md lists them all.
# Made by scripts/up. Nobody else may read this file.
`;

/**
 * The text of `.env` with these values in it: lines that are there are changed where they stand, others are added at the
 * end, everything else stays as somebody wrote it.
 */
export function withValues(text: string, values: Readonly<Record<string, string>>): string {
  let result = text === '' ? head : text.replace(/\n*$/, '\n');
  for (const [name, value] of Object.entries(values)) {
    const wanted = `${name}=${value}`;
    result = line(name).test(result) ? result.replace(line(name), () => wanted) : `${result}${wanted}\n`;
  }
  return result;
}
