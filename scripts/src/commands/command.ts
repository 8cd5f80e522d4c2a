import type { Run } from '../platform/run.ts';

/** What a verb gets of the process: nothing else in the code touches it. */
export type CommandContext = {
  /** The folder of the project. */
  root: string;
  env: NodeJS.ProcessEnv;
  argv: readonly string[];
  run: Run;
  print: (line: string) => void;
};

/** A verb: resolves with the exit code. */
export type Command = (context: CommandContext) => Promise<number>;
