import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { openStack } from '../scripts/src/commands/open-stack.ts';
import { createRun, must, type Run } from '../scripts/src/platform/run.ts';
import type { Compose } from '../scripts/src/stack/compose.ts';
import { writeScripts } from './load-scripts.ts';
import { median } from './measure.ts';
import { wrk } from './wrk.ts';

const help = `node bench/backup-cost.ts [--urls N] [--events N] [--rounds N] [--seconds N]

Fills the database of the stack in this folder (scripts/up), then follows links as quickly as they are answered: in turn
alone and while a full backup is made. Prints what a backup takes, alone and under load, and the share of the redirects
that is left while it is made, beside those right before and after it.
`;

const longest = 3_600_000;
const connections = 32;
const followed = 1_000;

const filled = (urls: number, events: number): string => `
set synchronous_commit = off;
insert into urls (short_code, original_url, created_at)
  select 'cost' || n, 'https://example.com/' || md5(n::text), now() - interval '30 days' from generate_series(1, ${urls}) n;
insert into events (url_id, event_type, occurred_at, details)
  select (select max(id) from urls) - n % ${urls}, 'click', now() - n * interval '200 ms',
    '{"country":"de","browser":"Firefox","os":"Linux","device":"desktop","referrer":"https://example.com/"}'
  from generate_series(1, ${events}) n;
checkpoint;`;

async function fill(run: Run, compose: Compose, sql: string): Promise<string> {
  const id = (await compose.list()).find(({ service }) => service === 'postgres')?.id ?? '';
  const psql = ['psql', '-XAtq', '-v', 'ON_ERROR_STOP=1', '-U', 'shortstack', '-d', 'shortstack'];
  return await must(run('docker', ['exec', '-i', id, ...psql], { input: sql, timeout: longest }), 'filling');
}

const root = join(import.meta.dirname, '..');
const run = createRun({ cwd: root, env: process.env });
const number = { type: 'string' } as const;
const { values } = parseArgs({
  options: { urls: number, events: number, rounds: number, seconds: number, help: { type: 'boolean' } },
});
if (values.help) {
  console.log(help);
  process.exit(0);
}

async function backUp(): Promise<number> {
  const start = performance.now();
  await must(run(join(root, 'scripts', 'backup'), ['--full'], { timeout: longest }), 'backup');
  return (performance.now() - start) / 1_000;
}

const { compose, values: settings } = await openStack({ root, env: process.env, run });
const [urls, events] = [Number(values.urls ?? 1_000_000), Number(values.events ?? 10_000_000)];
const seconds = Number(values.seconds ?? 20);
await fill(run, compose, filled(urls, events));
const size = await fill(run, compose, "select pg_size_pretty(pg_database_size('shortstack'))");
console.log(`${urls} urls, ${events} events, ${size.trim()}`);
console.log(`a full backup, with nothing else to do: ${(await backUp()).toFixed(0)} s`);

const folder = await mkdtemp(join(tmpdir(), 'backup-cost-'));
const codes = Array.from({ length: followed }, (_, index) => `cost${index + 1}`);
const { zipf: script } = await writeScripts({ folder, codes, key: '', pause: 1 });
const drive = () => wrk({ port: Number(settings['HTTP_PORT']), seconds, connections, script });
await drive();
const ratios: number[] = [];
let before = await drive();
for (let round = 1; round <= Number(values.rounds ?? 3); round += 1) {
  const backup = backUp();
  const beside = await drive();
  const took = await backup;
  const after = await drive();
  // Between two that are alone, so that a machine that gets slower or quicker meanwhile is no cost of the backup.
  const ratio = (2 * beside.perSecond) / (before.perSecond + after.perSecond);
  ratios.push(ratio);
  console.log(
    JSON.stringify({
      round,
      before: Math.round(before.perSecond),
      beside: Math.round(beside.perSecond),
      after: Math.round(after.perSecond),
      ratio: Number(ratio.toFixed(3)),
      p99: [before.p99, beside.p99, after.p99],
      failed: [before, beside, after].map(({ broken, refused }) => broken + refused),
      backupSeconds: Math.round(took),
    }),
  );
  before = after;
}
console.log(`median ratio ${median(ratios).toFixed(3)}`);
