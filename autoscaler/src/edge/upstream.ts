export type Server = { address: string; name: string };

/** What the generated file says. `down`: nobody is there, so that the edge answers at once instead of trying. */
export type Upstream = { generation: number; servers: readonly Server[]; down: boolean };

export type UpstreamShape = { name: string; parameters: string; template: string };

/** What `template` must contain; `{{name}}` is optional. */
export const placeholders = ['{{servers}}', '{{generation}}'] as const;

export const defaultTemplate = `upstream {{name}} {
    zone {{name}} 256k;
    least_conn;
{{servers}}
    keepalive 512;
    keepalive_timeout 60s;
}
map "" $upstream_generation { default "{{generation}}"; }
`;

const head = (generation: number): string =>
  `# generation ${generation}, written by the autoscaler: changes made by hand are overwritten\n`;

/**
 * The text of the upstream file. Throws on an empty list: nginx would refuse the whole configuration, so the caller
 * keeps what there was and marks it `down`.
 */
export function renderUpstream({ generation, servers, down }: Upstream, shape: UpstreamShape): string {
  if (servers.length === 0) throw new Error('an upstream without servers is never rendered');
  const lines = servers.map(({ address, name }) =>
    `    server ${address} ${down ? 'down' : shape.parameters}; # ${name}`.replace(' ;', ';'),
  );
  return (
    head(generation) +
    shape.template
      .replaceAll('{{name}}', shape.name)
      .replaceAll('{{servers}}', lines.join('\n'))
      .replaceAll('{{generation}}', String(generation))
  );
}

const generationLine = /^# generation (\d{1,15}),/;
const serverLine =
  /^\s*server (unix:\/[^\s;]+|(?:\d{1,3}(?:\.\d{1,3}){3}|\[[0-9a-fA-F:]+\]):\d{1,5})( down)?(?= |;)[^;]*; # (\S+)$/gm;

/** Reads a file that `renderUpstream` wrote; undefined if it is not one. */
export function parseUpstream(text: string): Upstream | undefined {
  const generation = generationLine.exec(text)?.[1];
  const matches = [...text.matchAll(serverLine)];
  if (generation === undefined || matches.length === 0) return undefined;
  const servers = matches.map(([, address = '', , name = '']) => ({ address, name }));
  return { generation: Number(generation), servers, down: matches.every(([, , down]) => down !== undefined) };
}

/** Whether a file is, but for its generation, what would be written now. An edit by hand makes it differ. */
export function isCurrent(text: string, servers: readonly Server[], down: boolean, shape: UpstreamShape): boolean {
  const generation = parseUpstream(text)?.generation;
  return (
    generation !== undefined && servers.length > 0 && text === renderUpstream({ generation, servers, down }, shape)
  );
}

/**
 * A generation that no file before had, also when the last file cannot be read: the clock in milliseconds, pushed on
 * where it stands still or goes back.
 */
export const nextGeneration = (last: number, now: number): number => Math.max(last + 1, now);
