import { type Command, CommandError } from './commands/command.ts';

/** Loaded when asked for, so that a verb pays only for what it uses. */
const commands: Record<string, () => Promise<Command>> = {
  run: async () => (await import('./commands/run.ts')).run,
  gate: async () => (await import('./commands/gate.ts')).gate,
  wait: async () => (await import('./commands/wait.ts')).wait,
  status: async () => (await import('./commands/ask.ts')).status,
  release: async () => (await import('./commands/ask.ts')).release,
  pause: async () => (await import('./commands/ask.ts')).pause,
  pin: async () => (await import('./commands/ask.ts')).pin,
  simulate: async () => (await import('./commands/simulate.ts')).simulate,
  document: async () => (await import('./commands/document.ts')).document,
  resume: async () => (await import('./commands/ask.ts')).resume,
};

const [verb = '', ...argv] = process.argv.slice(2);
const load = commands[verb];
if (!load) {
  console.error(`usage: node autoscaler/src/main.ts ${Object.keys(commands).join(' | ')}`);
  process.exit(2);
}

try {
  const command = await load();
  process.exitCode = await command({ env: process.env, argv, process, print: (line) => console.log(line) });
} catch (error) {
  console.error(error instanceof CommandError ? error.message : error);
  process.exitCode = 1;
}
