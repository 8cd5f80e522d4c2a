/** @import { Client } from './client.js' */
import { createStore } from '../parts/store.js';

/** `lapsed`: the session ended without being asked to, and what was begun in it waits. */
/** @typedef {{ auth: 'on' | 'off', signed_in: boolean, scopes: string[], lapsed?: boolean }} Rights */
/** @typedef {ReturnType<typeof createSession>} Session */

const path = '/dashboard/session';
const betweenTries = 2_000;

/**
 * Who this browser is to the service. The key itself is sent once and kept nowhere: the browser holds a cookie that no
 * script can read.
 * @param {{ client: Client, known: { authOn: boolean } }} deps
 */
export function createSession({ client, known }) {
  const rights = createStore(
    /** @type {Rights | undefined} */ (
      known.authOn ? undefined : { auth: 'off', signed_in: false, scopes: ['read', 'write'] }
    ),
  );
  /** @param {Rights} found */
  const note = (found) => {
    const { signed_in: wasIn, lapsed } = rights.get() ?? {};
    rights.set({ ...found, lapsed: !found.signed_in && (wasIn || lapsed) });
  };
  const look = async () => note((await client.get(path)).body);
  return {
    rights,
    /** Asks the service again what this browser may do. */
    look,
    /** Finds out, and tries until it has: without an answer there is nothing to show. */
    start() {
      look().catch(() => setTimeout(() => this.start(), betweenTries));
    },
    /** @param {string} key */
    signIn: async (key) => rights.set((await client.post(path, { key })).body),
    async signOut() {
      await client.remove(path);
      rights.set((await client.get(path)).body);
    },
    /** The service knows the cookie no more. */
    forget() {
      const { auth } = rights.get() ?? { auth: 'on' };
      note({ auth, signed_in: false, scopes: auth === 'off' ? ['read', 'write'] : [] });
    },
  };
}

/**
 * Whether the rights cover what a scope names.
 * @param {Rights | undefined} rights
 * @param {'read' | 'write' | 'admin'} scope
 */
export function may(rights, scope) {
  const scopes = rights?.scopes ?? [];
  if (scopes.includes('admin')) return true;
  return scope === 'read' ? scopes.length > 0 : scopes.includes(scope);
}
