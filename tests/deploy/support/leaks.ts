import { readFileSync } from 'node:fs';
import { createRun, must } from '../../../scripts/src/platform/run.ts';
import { deployKey, environment, name, onServer, source } from './place.ts';

/** Every word of every process on the server and here, from now until `stop` answers them. */
export type Watching = { stop(): Promise<string> };

const seen = '/tmp/words-of-processes';

export async function watchProcesses(): Promise<Watching> {
  await onServer(
    `: > ${seen}; (while [ -e ${seen} ]; do ps axww -o args >> ${seen}; sleep 0.2; done) > /dev/null 2>&1 &`,
  );
  const here = new Set<string>();
  const run = createRun({ cwd: source, env: environment });
  const look = async () => {
    for (const line of (await run('ps', ['axww', '-o', 'args'])).stdout.split('\n')) here.add(line);
  };
  const timer = setInterval(() => void look(), 500);
  return {
    async stop() {
      clearInterval(timer);
      const there = await onServer(`sort -u ${seen}; rm ${seen}`);
      return [...here, there].join('\n');
    },
  };
}

/** Characters of one log, the newest: as many as are kept of a program. */
const longest = 8_000_000;

/**
 * What stays on the server to be read after a deployment: its log of releases, the engine's log, and what every container that
 * is there has said. Each by its name; what is empty is left out.
 */
export async function logsOfServer(): Promise<Record<string, string>> {
  const run = createRun({ cwd: source, env: environment });
  const read = async (what: string, command: string): Promise<[string, string]> => {
    const words = ['exec', name, 'sh', '-c', `(${command}) 2>&1 | tail -c ${longest}`];
    return [what, (await must(run('docker', words), `reading the log of ${what}`)).trim()];
  };
  const containers = (await onServer("docker ps --all --format '{{.Names}}'")).split('\n');
  const logs = await Promise.all([
    read('releases', 'cat /opt/shortstack/.deploy/releases.jsonl'),
    read('engine', 'cat /var/log/dockerd.log'),
    ...containers.map((container) => read(container, `docker logs ${container}`)),
  ]);
  return Object.fromEntries(logs.filter(([, text]) => text !== ''));
}

/** What nobody may read: the key that deploys, and every secret of the server, with a name for each. */
export async function secrets(): Promise<[name: string, secret: string][]> {
  const lines = (await onServer('cat /opt/shortstack/.env')).split('\n');
  const settings = lines.flatMap((line): [string, string][] => {
    const [, name = '', value = ''] = /^(\w*(?:PASSWORD|PASSPHRASE|KEY|TOKEN|SECRET)\w*)=(.+)$/.exec(line) ?? [];
    return value === '' ? [] : [[name, value.replace(/^(['"])(.*)\1$/, '$2')]];
  });
  const files = (await onServer('ls /opt/shortstack/.secrets | grep -E "_(password|url)$"')).split('\n');
  const read = async (name: string): Promise<[string, string]> => {
    const text = (await onServer(`cat /opt/shortstack/.secrets/${name}`)).trim();
    return [name, name.endsWith('_url') ? (/:([^:@/]+)@/.exec(text)?.[1] ?? '') : text];
  };
  // Its first lines are those of every key.
  const key = readFileSync(deployKey, 'utf8').split('\n').slice(2, -2);
  const inFiles = await Promise.all(files.map(read));
  const all = [...settings, ...inFiles, ...key.map((line): [string, string] => ['the key', line])];
  return all.filter(([, secret]) => secret !== '');
}
