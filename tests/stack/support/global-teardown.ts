import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { checkout } from './place.ts';
import { environment } from './programs.ts';

export default function teardown(): void {
  if (process.env['KEEP_STACK']) return;
  execFileSync(join(checkout, 'scripts', 'down'), ['--volumes'], { env: environment, stdio: 'inherit', cwd: checkout });
}
