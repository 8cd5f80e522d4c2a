import type { CommandContext } from './command.ts';

/** Who is named when somebody asks who holds a release or the stack. */
export const whoAsks = ({ env }: Pick<CommandContext, 'env'>): string => env['SUDO_USER'] ?? env['USER'] ?? 'somebody';
