import { ScriptError } from '../platform/run.ts';

/** The server: an account on a host, and the port of its sshd, if it is not the one that ssh knows. */
export type Destination = { account: string; host: string; port: number | undefined };

const form = /^(?:([a-z_][a-z0-9_-]{0,31})@)?([a-zA-Z0-9][a-zA-Z0-9.-]{0,252}|\[[0-9a-fA-F:]+\])(?::(\d{1,5}))?$/;

/** `USER@HOST:PORT`; the user is `deploy` unless it says otherwise. */
export function parseDestination(text: string | undefined): Destination {
  const [, account = 'deploy', host = '', port] = form.exec(text ?? '') ?? [];
  if (host === '' || (port !== undefined && (Number(port) < 1 || Number(port) > 65_535)))
    throw new ScriptError(
      `${text ? `${text} is no server` : 'no server is given'}: --host USER@HOST[:PORT], or DEPLOY_HOST`,
    );
  return { account, host: host.replace(/^\[|\]$/g, ''), port: port === undefined ? undefined : Number(port) };
}
