import { ScriptError } from '../platform/run.ts';
import { askUntilServed } from './served.ts';
import { askService, type Service } from './service.ts';

/** A key that nobody limits, for as long as a load lasts. */
export type BorrowedKey = AsyncDisposable & { key: string };

const timeout = 10_000;

/**
 * Makes a key of a name with the admin's; disposing revokes it, and throws where it could not. A key that may make none is
 * used itself.
 */
export async function borrowKey(service: Service, admin: string, name = 'load'): Promise<BorrowedKey> {
  if (admin === '') return { key: '', [Symbol.asyncDispose]: async () => {} };
  const headers = { Authorization: `Bearer ${admin}`, 'Content-Type': 'application/json' };
  const body = JSON.stringify({ name, scopes: ['read', 'write'], rate_limit: 0 });
  const ask = (method: string, path: string, sent?: string) =>
    askService(service, path, { method, headers, signal: AbortSignal.timeout(timeout), ...(sent && { body: sent }) });
  const response = await askUntilServed(() => ask('POST', '/keys', body));
  if (response.status === 403) {
    await response.body?.cancel();
    return { key: admin, [Symbol.asyncDispose]: async () => {} };
  }
  if (response.status !== 201) throw new ScriptError(`no key was made: ${response.status} ${await response.text()}`);
  const { id, key } = (await response.json()) as { id: number; key: string };
  return {
    key,
    [Symbol.asyncDispose]: async () => {
      const gone = await askUntilServed(() => ask('DELETE', `/keys/${id}`));
      const said = await gone.text();
      if (!gone.ok && gone.status !== 404)
        throw new ScriptError(`the key ${name} (id ${id}) was not revoked, and has no limit: ${gone.status} ${said}`);
    },
  };
}
