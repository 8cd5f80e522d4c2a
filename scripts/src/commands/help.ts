import type { Command } from './command.ts';

/** A verb that says how it is used when it is asked for help, and does nothing then. */
export const withHelp =
  (usage: string, command: Command): Command =>
  async (context) => {
    if (!context.argv.some((word) => word === '--help' || word === '-h')) return await command(context);
    context.print(usage);
    return 0;
  };
