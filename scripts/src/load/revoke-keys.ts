import { z } from 'zod';
import { ScriptError } from '../platform/run.ts';
import { waitUntil } from '../platform/wait-until.ts';
import { askService, type Service } from './service.ts';

/** A service, and the key of who may make others there; empty where nobody needs one. */
export type Lender = { service: Service; adminKey: string };

const timeout = 10_000;
/** Replicas may be on their way back. */
const again = { every: 500, within: 60_000, now: Date.now };
const pageSize = 100;

const keys = z.array(z.object({ id: z.number(), name: z.string(), revoked_at: z.string().nullable() }));

/** Which of the keys, by their names. */
type Wanted = (name: string) => boolean;

/** Those that are still good. */
async function findKeys(ask: (method: string, path: string) => Promise<Response>, wanted: Wanted): Promise<number[]> {
  const found: number[] = [];
  for (let page = 1; ; page += 1) {
    const response = await ask('GET', `/keys?page=${page}&per_page=${pageSize}`);
    // Who may not list them may not have made one.
    if (response.status === 403) return [];
    const some = keys.parse(await response.json());
    found.push(...some.filter(({ name, revoked_at }) => revoked_at === null && wanted(name)).map(({ id }) => id));
    if (some.length < pageSize) return found;
  }
}

/** Revokes what is wanted, if there is any, as soon as the service answers; throws where it does not within a minute. */
export async function revokeKeys({ service, adminKey }: Lender, wanted: Wanted): Promise<void> {
  if (adminKey === '') return;
  const headers = { Authorization: `Bearer ${adminKey}` };
  async function ask(method: string, path: string): Promise<Response> {
    const response = await askService(service, path, { method, headers, signal: AbortSignal.timeout(timeout) });
    if (response.ok || response.status === 403 || response.status === 404) return response;
    throw new ScriptError(`${method} ${path} answered ${response.status}`);
  }
  let why = '';
  const look = async (): Promise<true> => {
    for (const id of await findKeys(ask, wanted)) await (await ask('DELETE', `/keys/${id}`)).body?.cancel();
    return true;
  };
  const done = await waitUntil(
    () =>
      look().catch((error: Error) => {
        why = error.message;
        return undefined;
      }),
    again,
  );
  if (!done) throw new ScriptError(`no key could be revoked: ${why}`);
}
