import { enableCompileCache } from 'node:module';
import { join } from 'node:path';
import { told } from './commands/failure.ts';
import { verbs } from './commands/verbs.ts';

// Keeps what the types' removal and the compiler made, for the next start, which then takes half the time. In
// the project's own folder: a shared temporary one would run what another user put there.
enableCompileCache(join(import.meta.dirname, '..', '..', 'node_modules', '.cache', 'compiled'));

const [verb = '', ...argv] = process.argv.slice(2);
const load = verbs[verb];
if (!load) {
  console.error(`usage: node app/src/main.ts ${Object.keys(verbs).join(' | ')}`);
  process.exit(2);
}

try {
  const command = await load();
  process.exitCode = await command({ env: process.env, argv, process, print: (line) => console.log(line) });
} catch (error) {
  console.error(told(error));
  process.exitCode = 1;
}
