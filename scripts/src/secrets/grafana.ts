import { ScriptError } from '../platform/run.ts';

const timeout = 10_000;

/**
 * Has a Grafana, by its address, take another password for its user admin: the file that it reads at its first start says
 * nothing to it any more.
 */
export async function changeGrafanaPassword(base: string, before: string, after: string): Promise<void> {
  const answer = await fetch(`${base}/api/user/password`, {
    method: 'PUT',
    headers: {
      authorization: `Basic ${Buffer.from(`admin:${before}`).toString('base64')}`,
      'content-type': 'application/json',
    },
    body: JSON.stringify({ oldPassword: before, newPassword: after, confirmNew: after }),
    signal: AbortSignal.timeout(timeout),
  });
  if (!answer.ok) throw new ScriptError(`Grafana does not take the new password: it answers ${answer.status}`);
}
