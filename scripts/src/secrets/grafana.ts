import { ScriptError } from '../platform/run.ts';

const timeout = 10_000;

async function change(base: string, before: string, after: string): Promise<Response> {
  const answer = await fetch(`${base}/api/user/password`, {
    method: 'PUT',
    headers: {
      authorization: `Basic ${Buffer.from(`admin:${before}`).toString('base64')}`,
      'content-type': 'application/json',
    },
    body: JSON.stringify({ oldPassword: before, newPassword: after, confirmNew: after }),
    signal: AbortSignal.timeout(timeout),
  });
  await answer.body?.cancel();
  return answer;
}

const unauthorized = 401;

/**
 * Has a Grafana, by its address, take another password for its user admin, of which it knows one of those before: the file
 * that it reads at its first start says nothing to it any more. Throws a `ScriptError` when it refused, any other when
 * nobody knows whether it did it.
 */
export async function changeGrafanaPassword(base: string, before: readonly string[], after: string): Promise<void> {
  let status = unauthorized;
  for (const known of before) {
    const answer = await change(base, known, after);
    if (answer.ok) return;
    status = answer.status;
    if (status !== unauthorized) break;
  }
  throw new ScriptError(`Grafana does not take the new password: it answers ${status}`);
}
