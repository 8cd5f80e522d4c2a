import type { Environment } from '../config.ts';

export type Context = {
  env: Environment;
  argv: readonly string[];
  process: NodeJS.Process;
  print: (line: string) => void;
};

/** A verb of the command line; answers the exit code. */
export type Command = (context: Context) => Promise<number>;

/** Something that a person did or set wrong: its message is all they need to see. */
export class CommandError extends Error {}
