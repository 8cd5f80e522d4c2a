import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { checkout, otherProject, project, settings, source } from './place.ts';
import { giveEnginePrecedence } from './precedence.ts';
import { environment } from './programs.ts';

const show = { stdio: 'inherit', env: environment } as const;

/** The files that make up the project, without what it keeps for itself: settings, secrets, data. */
function copyProject(): void {
  const listed = execFileSync('git', ['ls-files', '-co', '--exclude-standard', '-z'], {
    cwd: source,
    encoding: 'utf8',
  });
  for (const file of listed.split('\0').filter((name) => name !== '')) {
    mkdirSync(dirname(join(checkout, file)), { recursive: true });
    cpSync(join(source, file), join(checkout, file), { force: true });
  }
  symlinkSync(join(source, 'node_modules'), join(checkout, 'node_modules'));
  writeFileSync(
    join(checkout, '.env'),
    Object.entries(settings)
      .map(([name, value]) => `${name}=${value}\n`)
      .join(''),
  );
}

function needEngine(): void {
  if (spawnSync('docker', ['info'], { env: environment, stdio: 'ignore' }).status === 0) return;
  execFileSync(join(source, 'scripts', 'install-docker'), [], show);
}

/** What a run before this one has left, if it was ended in the middle. */
function removeLeftovers(): void {
  spawnSync(join(checkout, 'scripts', 'down'), ['--volumes'], { env: environment, stdio: 'ignore' });
  const words = ['ps', '-aq', '--filter', `name=^${project}-`, '--filter', `name=^${otherProject}-`];
  const listed = execFileSync('docker', words, { env: environment, encoding: 'utf8' });
  const left = listed.split('\n').filter((id) => id !== '');
  if (left.length > 0) execFileSync('docker', ['rm', '--force', '--volumes', ...left], { env: environment });
  rmSync(checkout, { recursive: true, force: true });
}

/**
 * An engine, and on it the stack from nothing: the same commands that a person uses. KEEP_STACK leaves it running at the
 * end, REUSE_STACK tests the one that was left.
 */
export default function setup(): void {
  if (process.env['REUSE_STACK']) return;
  needEngine();
  giveEnginePrecedence();
  removeLeftovers();
  copyProject();
  execFileSync(join(checkout, 'scripts', 'up'), ['--images=debian'], { ...show, cwd: checkout });
}
