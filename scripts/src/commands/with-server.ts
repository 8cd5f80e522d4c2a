import type { Destination } from '../deploy/destination.ts';
import { createSsh, type Ssh, withCredentials } from '../deploy/ssh.ts';
import type { CommandContext } from './command.ts';

/** Speaks with a server, with the key and the pinned host key that the environment holds, if it does. */
export const withServer = <T>({ run, root, env }: CommandContext, to: Destination, use: (ssh: Ssh) => Promise<T>) =>
  withCredentials(env, (credentials) => use(createSsh({ run, cwd: root, env, destination: to, credentials })));
