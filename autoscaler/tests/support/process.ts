import { EventEmitter } from 'node:events';
import type { Command } from '../../src/commands/command.ts';

/** Runs a verb as `main` does, with a process of its own to send signals to. */
export function start(command: Command, env: Record<string, string>, ...argv: string[]) {
  const process = Object.assign(new EventEmitter(), { exit: () => {} }) as unknown as NodeJS.Process;
  const lines: string[] = [];
  const ended = command({ env, argv, process, print: (line) => lines.push(line) });
  return { ended, lines, signal: (name: NodeJS.Signals) => process.emit(name, name) };
}

/** Runs a verb to its end; what it printed, and its exit code. */
export async function ask(command: Command, env: Record<string, string>, ...argv: string[]) {
  const { ended, lines } = start(command, env, ...argv);
  return { code: await ended, text: lines.join('\n') };
}
