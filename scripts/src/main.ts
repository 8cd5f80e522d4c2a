import { dirname } from 'node:path';
import type { Command } from './commands/command.ts';
import { createRun, ScriptError } from './platform/run.ts';

/** Loaded when asked for, so that a verb pays only for what it uses. */
const commands: Record<string, () => Promise<Command>> = {
  up: async () => (await import('./commands/up.ts')).up,
  down: async () => (await import('./commands/down.ts')).down,
  status: async () => (await import('./commands/status.ts')).status,
  doctor: async () => (await import('./commands/doctor.ts')).doctor,
  scale: async () => (await import('./commands/scale.ts')).scale,
  release: async () => (await import('./commands/release.ts')).release,
  load: async () => (await import('./commands/load.ts')).load,
  'chaos-test': async () => (await import('./commands/chaos.ts')).chaosTest,
  'game-day': async () => (await import('./commands/game-day.ts')).gameDay,
  capacity: async () => (await import('./commands/capacity.ts')).capacity,
  trace: async () => (await import('./commands/trace.ts')).trace,
  generate: async () => (await import('./commands/generate.ts')).generate,
  backup: async () => (await import('./commands/backup.ts')).backup,
  restore: async () => (await import('./commands/restore.ts')).restore,
  'restore-drill': async () => (await import('./commands/backup.ts')).restoreDrill,
  deploy: async () => (await import('./commands/deploy.ts')).deploy,
  'droplet-init': async () => (await import('./commands/droplet-init.ts')).dropletInit,
  'rotate-secret': async () => (await import('./commands/rotate-secret.ts')).rotateSecret,
  'upgrade-postgres': async () => (await import('./commands/upgrade-postgres.ts')).upgradePostgres,
  uninstall: async () => (await import('./commands/uninstall.ts')).uninstall,
  releases: async () => (await import('./commands/releases.ts')).releases,
  'plan-images': async () => (await import('./commands/plan-images.ts')).planImagesCommand,
  host: async () => (await import('./commands/host.ts')).host,
  keeper: async () => (await import('./commands/keeper.ts')).keeper,
  rollback: async () => (await import('./commands/rollback.ts')).rollback,
};

const [verb = '', ...argv] = process.argv.slice(2);
const load = commands[verb];
if (!load) {
  console.error(`usage: scripts/${Object.keys(commands).join(' | scripts/')}`);
  process.exit(2);
}

const root = dirname(dirname(import.meta.dirname));
const env = process.env;
try {
  const command = await load();
  process.exitCode = await command({
    root,
    env,
    argv,
    run: createRun({ cwd: root, env }),
    print: (line) => console.log(line),
  });
} catch (error) {
  console.error(error instanceof ScriptError ? error.message : error);
  process.exitCode = error instanceof ScriptError ? error.exitCode : 1;
}
