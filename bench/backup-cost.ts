import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { openStack } from '../scripts/src/commands/open-stack.ts';
import { createRun, must, type Run, ScriptError } from '../scripts/src/platform/run.ts';
import type { Compose } from '../scripts/src/stack/compose.ts';
import { endBySignal } from './end-by-signal.ts';
import { historyOf } from './history.ts';
import { writeScripts } from './load-scripts.ts';
import { median } from './measure.ts';
import { timeRestore } from './restore-time.ts';
import { wrk } from './wrk.ts';

const help = `node bench/backup-cost.ts [--urls N] [--events N] [--rounds N] [--seconds N] [--restore]

Fills the database of the stack in this folder (scripts/up) unless it has clicks already, then follows links as quickly as
they are answered: in turn alone and while a full backup is made. Prints what a backup takes, alone and under load, how much of
the disk it takes for each byte of the database (backupShare of docs/capacity.json; what follows a backup until the next comes
on top), and the share of the redirects that is left while it is made, beside those right before and after it.
--restore: no links are followed meanwhile. Postgres is stopped and restored from that backup instead; prints after how long
a link is followed again that only the database knows, and after how long \`scripts/restore latest\` has ended.
`;

const longest = 3_600_000;
const connections = 32;
const followed = 1_000;

const postgresOf = async (compose: Compose): Promise<string> =>
  (await compose.list()).find(({ service }) => service === 'postgres')?.id ?? '';

async function fill(run: Run, compose: Compose, sql: string): Promise<string> {
  const psql = ['psql', '-XAtq', '-v', 'ON_ERROR_STOP=1', '-U', 'shortstack', '-d', 'shortstack'];
  const words = ['exec', '-i', await postgresOf(compose), ...psql];
  return await must(run('docker', words, { input: sql, timeout: longest }), 'filling');
}

/** Bytes of all backups on this machine, without WAL. */
async function backupBytes(run: Run, compose: Compose): Promise<number> {
  const words = ['exec', await postgresOf(compose), 'du', '-sb', '/var/lib/pgbackrest/backup'];
  return Number.parseInt(await must(run('docker', words), 'looking at the backups'), 10);
}

const gigabytes = (bytes: number): string => `${(bytes / 1e9).toFixed(2)} GB`;

const root = join(import.meta.dirname, '..');
const run = createRun({ cwd: root, env: process.env });
const number = { type: 'string' } as const;
const flag = { type: 'boolean' } as const;
const { values } = parseArgs({
  options: { urls: number, events: number, rounds: number, seconds: number, restore: flag, help: flag },
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
if (settings['DOMAIN'])
  throw new ScriptError(
    'Plain HTTP is only sent on to HTTPS where there is a DOMAIN: measure a stack without one in .env',
  );
const [urls, events] = [Number(values.urls ?? 1_000_000), Number(values.events ?? 10_000_000)];
const seconds = Number(values.seconds ?? 20);
const isFilled = 'select exists (select from url_counters)';
if ((await fill(run, compose, isFilled)).trim() !== 't') await fill(run, compose, historyOf({ urls, events }));
const size = Number(await fill(run, compose, "select pg_database_size('shortstack')"));
console.log(`${urls} urls, ${events} events, ${gigabytes(size)}`);
const had = await backupBytes(run, compose);
console.log(`a full backup, with nothing else to do: ${(await backUp()).toFixed(0)} s`);
const stored = (await backupBytes(run, compose)) - had;
// One more than is kept, and the oldest goes: what is left tells nothing then.
if (stored > 0) console.log(`it takes ${gigabytes(stored)}, ${(stored / size).toFixed(2)} of the database`);
if (values.restore) {
  const base = `http://127.0.0.1:${settings['HTTP_PORT']}`;
  {
    await using stack = new AsyncDisposableStack();
    endBySignal(stack);
    const script = join(root, 'scripts', 'restore');
    const { served, ended } = await timeRestore({ run, compose, script, base }, stack);
    console.log(`a restore: links are followed after ${served.toFixed(0)} s, it ends after ${ended.toFixed(0)} s`);
  }
  process.exit(0);
}

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
