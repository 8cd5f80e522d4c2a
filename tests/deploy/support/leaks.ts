import { readFileSync } from 'node:fs';
import { createRun } from '../../../scripts/src/platform/run.ts';
import { deployKey, environment, onServer, source } from './place.ts';

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

/** What a deployment leaves to be read on the server: its log of releases, and what its container said. */
export const logsOfServer = () =>
  onServer('cat /opt/shortstack/.deploy/releases.jsonl /opt/shortstack/.deploy/started');

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
