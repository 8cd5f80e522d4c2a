import { withCredentials } from '../deploy/credentials.ts';
import type { Destination } from '../deploy/destination.ts';
import { createSsh, type Ssh } from '../deploy/ssh.ts';
import type { Interruptible } from './interruptible.ts';

/** Speaks with a server, with the key and the pinned host key that the environment holds, if it does. */
export const withServer = <T>(context: Interruptible, to: Destination, use: (ssh: Ssh) => Promise<T>) =>
  withCredentials(context, (credentials) =>
    use(createSsh({ ...context, cwd: context.root, destination: to, credentials })),
  );
