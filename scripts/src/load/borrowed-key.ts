import { ScriptError } from '../platform/run.ts';
import { waitUntil } from '../platform/wait-until.ts';
import { askService, type Service } from './service.ts';

/** A key that nobody limits, for as long as a load lasts. */
export type BorrowedKey = AsyncDisposable & { key: string };

const timeout = 10_000;
/** Who is told to come again in a second does so, for as long as a store may take to come back. */
const again = { every: 1_000, within: 15_000, now: Date.now };

/** The first answer that is not 503, or the last one. */
async function askUntilServed(ask: () => Promise<Response>): Promise<Response> {
  const served = async (): Promise<Response | undefined> => {
    const response = await ask();
    if (response.status !== 503) return response;
    await response.body?.cancel();
    return undefined;
  };
  return (await waitUntil(served, again)) ?? (await ask());
}

/** Makes a key of a name with the admin's; disposing revokes it. A key that may make none is used itself. */
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
      const gone = await ask('DELETE', `/keys/${id}`).catch(() => undefined);
      await gone?.body?.cancel();
    },
  };
}
