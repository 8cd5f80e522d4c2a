/** The templates under nginx/templates, by name: `edge`, `log`, `locations`, `servers`. */
export type Templates = Readonly<Record<'edge' | 'log' | 'locations', string>>;

const placeholder = /\$\{([A-Z_]+)\}/g;

/** The placeholders that a template has, each once. */
export const placeholdersOf = (template: string): string[] => [
  ...new Set([...template.matchAll(placeholder)].map(([, name = '']) => name)),
];

/**
 * Fills in a template as the container's entry point does: `${NAME}` and nothing else, so that nginx keeps its own
 * `$variables`. Throws the names of those that have no value.
 */
export function renderTemplate(template: string, values: Readonly<Record<string, string>>): string {
  const missing = placeholdersOf(template).filter((name) => values[name] === undefined);
  if (missing.length > 0) throw new Error(`no value for ${missing.join(', ')}`);
  return template.replace(placeholder, (_, name: string) => values[name] ?? '');
}

export type PlainEdge = {
  port: number;
  /** `host:port` or `unix:path` of each replica. */
  replicas: readonly string[];
  /** A folder that nginx may write to. */
  folder: string;
  values: Readonly<Record<string, string>>;
};

/**
 * A whole nginx.conf that answers plain HTTP on one port with the same rules as the stack's: for a benchmark, or a
 * machine without containers. It needs nothing newer than nginx 1.22.
 */
export function renderPlainEdge(templates: Templates, { port, replicas, folder, values }: PlainEdge): string {
  const { edge, log, locations } = templates;
  const [http, logs, answers] = [edge, log, locations].map((template) => renderTemplate(template, values));
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
  return `worker_processes auto;
pid ${folder}/nginx.pid;
error_log ${folder}/error.log warn;
events { worker_connections 4096; }
http {
${temporary.map((name) => `${name}_temp_path ${folder}/${name};`).join('\n')}
${http}
${logs}
map "" $strict_transport { default ""; }
upstream app {
  zone app 256k;
  least_conn;
${replicas.map((address) => `  server ${address} max_fails=3 fail_timeout=2s;`).join('\n')}
  keepalive 512;
  keepalive_timeout 60s;
}
server {
  listen 127.0.0.1:${port} reuseport backlog=4096;
${answers}
}
}
`;
}
