import type { Command } from './command.ts';

/** All verbs, each loaded when asked for, so that it pays only for what it uses. */
export const verbs: Readonly<Record<string, () => Promise<Command>>> = {
  dev: async () => (await import('./dev.ts')).dev,
  serve: async () => (await import('./serve.ts')).serve,
  migrate: async () => (await import('./migrate.ts')).migrate,
  key: async () => (await import('./key.ts')).key,
  generate: async () => (await import('./generate.ts')).generate,
  seed: async () => (await import('./seed.ts')).seed,
  import: async () => (await import('./import.ts')).importFile,
  export: async () => (await import('./export.ts')).exportFile,
  reconcile: async () => (await import('./reconcile.ts')).reconcile,
  restored: async () => (await import('./restored.ts')).restored,
};
