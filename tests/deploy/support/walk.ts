import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createRun, must } from '../../../scripts/src/platform/run.ts';
import { eventually } from './eventually.ts';
import { checkout, environment, folder, onServer, ports, source } from './place.ts';

/** Commands of docs/deployment.md, what is said to be seen then, and what was seen. */
export type Walked = { commands: string; expected: string; said: string; seconds: number };

const record = join(folder, 'walk.json');
const longest = 1_200_000;

/** What makes the server quick to watch, lets one address send all the load, and asks no authority for a certificate. */
export const settings = `RATE_LIMIT=off
EDGE_LIMIT=off
ACME_SERVER=https://127.0.0.1:9/
AUTOSCALER_PRESSURE_PERCENT=100
AUTOSCALER_BAKE_SECONDS=5
AUTOSCALER_DOWN_WINDOW_SECONDS=20
BACKUP_CPUS=1
`;

/** Fenced blocks of the numbered way: commands, each with the output behind it, if there is one. */
export function readWay(text: string): { commands: string; expected: string }[] {
  const way = text.slice(text.indexOf('\n## 1.'), text.indexOf('\n## 5.'));
  const fences = [...way.matchAll(/^```(sh)?\n([\s\S]*?)^```$/gm)].map(([, kind, body = '']) => ({ kind, body }));
  return fences.flatMap(({ kind, body }, index) => {
    const next = fences[index + 1];
    return kind === 'sh' ? [{ commands: body, expected: next?.kind === undefined ? (next?.body ?? '') : '' }] : [];
  });
}

/** What only the tests need, and what the server's lack of an init system makes us wait for. */
async function between(commands: string): Promise<void> {
  if (commands.includes('droplet-init')) await eventually('the engine answers', async () => onServer('docker info'));
  if (commands.includes('/opt/shortstack/.env') && !commands.includes('curl'))
    await onServer(`printf '${settings.replaceAll('\n', '\\n')}' >> /opt/shortstack/.env`);
}

/** Goes the way that docs/deployment.md describes, to the letter; throws what went wrong. */
export async function walk(): Promise<void> {
  const programs = { PATH: `${join(folder, 'bin')}:${environment['PATH']}`, CURL_HOME: folder };
  const name = `--import=${new URL(`name-of-the-server.ts?${ports.https}`, import.meta.url)}`;
  // For the page that is looked at from here: its name, and that nobody here knows who has signed it.
  const looking = { NODE_OPTIONS: name, NODE_TLS_REJECT_UNAUTHORIZED: '0' };
  const env = { ...environment, ...programs, ...looking };
  const run = createRun({ cwd: checkout, env });
  const walked: Walked[] = [];
  for (const { commands, expected } of readWay(readFileSync(join(source, 'docs', 'deployment.md'), 'utf8'))) {
    const start = performance.now();
    const said = await must(run('bash', ['-euo', 'pipefail', '-c', commands], { timeout: longest }), commands);
    walked.push({ commands, expected, said, seconds: Math.round((performance.now() - start) / 1_000) });
    await between(commands);
  }
  writeFileSync(record, JSON.stringify(walked, undefined, 2));
}

export const readWalk = (): Walked[] => JSON.parse(readFileSync(record, 'utf8')) as Walked[];
