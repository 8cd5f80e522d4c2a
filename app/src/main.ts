import { enableCompileCache } from 'node:module';
import { join } from 'node:path';
import { CodeSecretRefused } from './codes/secret.ts';
import type { Command } from './commands/command.ts';
import { CommandError } from './commands/command.ts';
import { AppError } from './http/problem.ts';
import { CannotListen } from './platform/listen.ts';

// Keeps what the types' removal and the compiler made, for the next start, which then takes half the time. In
// the project's own folder: a shared temporary one would run what another user put there.
enableCompileCache(join(import.meta.dirname, '..', '..', 'node_modules', '.cache', 'compiled'));

/** Loaded when asked for, so that a verb pays only for what it uses. */
const commands: Record<string, () => Promise<Command>> = {
  dev: async () => (await import('./commands/dev.ts')).dev,
  serve: async () => (await import('./commands/serve.ts')).serve,
  migrate: async () => (await import('./commands/migrate.ts')).migrate,
  key: async () => (await import('./commands/key.ts')).key,
  generate: async () => (await import('./commands/generate.ts')).generate,
  seed: async () => (await import('./commands/seed.ts')).seed,
  import: async () => (await import('./commands/import.ts')).importFile,
  export: async () => (await import('./commands/export.ts')).exportFile,
  reconcile: async () => (await import('./commands/reconcile.ts')).reconcile,
};

const [verb = '', ...argv] = process.argv.slice(2);
const load = commands[verb];
if (!load) {
  console.error(`usage: node app/src/main.ts ${Object.keys(commands).join(' | ')}`);
  process.exit(2);
}

try {
  const command = await load();
  process.exitCode = await command({ env: process.env, argv, process, print: (line) => console.log(line) });
} catch (error) {
  const saysAll = [CommandError, CodeSecretRefused, CannotListen, AppError].some((kind) => error instanceof kind);
  console.error(saysAll ? (error as Error).message : error);
  process.exitCode = 1;
}
