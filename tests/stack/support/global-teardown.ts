import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { checkout, project } from './place.ts';
import { environment } from './programs.ts';

const words = { containers: ['ps', '-aq'], volumes: ['volume', 'ls', '-q'], networks: ['network', 'ls', '-q'] };

/** Takes the stack down, and fails where that leaves anything. */
export default function teardown(): void {
  if (process.env['KEEP_STACK']) return;
  execFileSync(join(checkout, 'scripts', 'down'), ['--volumes'], { env: environment, stdio: 'inherit', cwd: checkout });
  for (const [what, list] of Object.entries(words)) {
    const filter = ['--filter', `label=com.docker.compose.project=${project}`];
    const left = execFileSync('docker', [...list, ...filter], { env: environment, encoding: 'utf8' }).trim();
    if (left !== '') throw new Error(`scripts/down --volumes has left ${what}: ${left}`);
  }
}
