import type { Environment } from '../config.ts';

/** What a verb gets of the process: nothing else in the code touches it. */
export type CommandContext = {
  env: Environment;
  argv: readonly string[];
  process: NodeJS.Process;
  print: (line: string) => void;
};

/** A verb: resolves with the exit code. */
export type Command = (context: CommandContext) => Promise<number>;

/** A failure whose message says all that a person needs: it is printed without a stack. */
export class CommandError extends Error {}
