import { type Config, needsKey } from '../config.ts';

type Welcome = {
  config: Pick<Config, 'auth' | 'host' | 'baseUrl' | 'apiKey'>;
  port: number;
  /** Made just now, so that nobody has seen it yet. */
  firstKey: string | undefined;
  /** Where the data is, in words. */
  data: string;
};

/** Hosts that mean "every address", and one that a client can connect to instead. */
const everywhere: Record<string, string> = { '0.0.0.0': '127.0.0.1', '::': '[::1]' };

const addressOf = (host: string, port: number): string =>
  `http://${everywhere[host] ?? (host.includes(':') ? `[${host}]` : host)}:${port}`;

function keyLines({ config, firstKey }: Welcome): string[] {
  const needed = needsKey(config) ? 'needed for the API' : 'not needed; only /keys wants one (AUTH=on asks everywhere)';
  if (firstKey) return [`API keys   ${needed}`, `Admin key  ${firstKey}`, '           Keep it: it is shown this once.'];
  return [`API keys   ${needed}`, 'New key    npm run key -- make NAME --scopes admin'];
}

function curl({ config, firstKey }: Welcome, address: string): string {
  const words = `-H 'Content-Type: application/json' -d '{"url":"https://example.com/"}' ${address}/shorten`;
  if (!needsKey(config)) return `curl ${words}`;
  // To be pasted as it is, just once, by the one to whom it is shown.
  if (firstKey) return `curl -H "Authorization: Bearer ${firstKey}" ${words}`;
  // The shell's own printf and a pipe: a key that is a word of a program's is in the list of processes.
  const key = config.apiKey ? '"$API_KEY"' : 'YOUR_KEY';
  return `printf 'Authorization: Bearer %s' ${key} | curl -H @- ${words}`;
}

/** What somebody who has just started the service wants to read: where it is, who may use it, what to try. */
export function welcome(facts: Welcome): string[] {
  const { config, port, data } = facts;
  const address = addressOf(config.host, port);
  return [
    '',
    `Shortstack is up: ${address}`,
    '',
    ...(config.baseUrl ? [`  Links      ${config.baseUrl}`] : []),
    ...keyLines(facts).map((line) => `  ${line}`),
    `  API docs   ${address}/docs`,
    `  Data       ${data}`,
    '',
    'Create a link:',
    '',
    `  ${curl(facts, address)}`,
    '',
    'Stop it with Ctrl-C.',
  ];
}
