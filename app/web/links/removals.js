/** @import { Client } from '../api/client.js' */
/** @import { Toasts } from '../parts/toasts.js' */
/** @import { Url } from '../types.d.ts' */
import { h } from 'preact';
import { texts } from '../page/texts.js';
import { inTurn } from '../parts/in-turn.js';
import { createStore, useStore } from '../parts/store.js';

/** @typedef {ReturnType<typeof createRemovals>} Removals */

/** How long a deletion can be taken back, in milliseconds. */
const grace = 6_000;
const betweenLooks = 250;

/**
 * Deletions that can be undone, since they have not been asked for yet: links go out of sight at once and are deleted
 * when the time is over, or when the page is left. One that fails comes back into sight.
 * @param {{ client: Client, toasts: Toasts, window: Window }} deps
 */
export function createRemovals({ client, toasts, window }) {
  /** Out of sight. */
  const hidden = createStore(/** @type {ReadonlySet<number>} */ (new Set()));
  const pending = createStore(
    /** @type {{ urls: readonly Url[], until: number, left: number } | undefined} */ (undefined),
  );

  /** @param {readonly Url[]} urls */
  const show = (urls) => {
    const shown = new Set(urls.map(({ id }) => id));
    hidden.set(new Set([...hidden.get()].filter((id) => !shown.has(id))));
  };
  const finish = async () => {
    const urls = pending.get()?.urls ?? [];
    if (urls.length === 0) return;
    pending.set(undefined);
    const failed = await inTurn(urls, ({ id }) => client.remove(`/urls/${id}`, { keepalive: true }));
    if (failed.length < urls.length) toasts.tell(texts.links.deleted(urls.length - failed.length));
    show(failed.map(({ item }) => item));
    for (const { problem } of failed.slice(0, 1)) toasts.fail(problem);
  };
  const look = () => {
    const now = pending.get();
    if (!now) return;
    const left = Math.ceil((now.until - Date.now()) / 1_000);
    if (left <= 0) void finish();
    else if (left !== now.left) pending.set({ ...now, left });
  };
  setInterval(look, betweenLooks);
  window.addEventListener('pagehide', () => void finish());

  return {
    hidden,
    pending,
    /** @param {readonly Url[]} urls */
    remove(urls) {
      void finish();
      hidden.set(new Set([...hidden.get(), ...urls.map(({ id }) => id)]));
      pending.set({ urls, until: Date.now() + grace, left: grace / 1_000 });
    },
    undo() {
      show(pending.get()?.urls ?? []);
      pending.set(undefined);
    },
  };
}

/** @param {{ removals: Removals }} props */
export function RemovalBar({ removals }) {
  const pending = useStore(removals.pending);
  if (!pending) return null;
  return h(
    'div',
    { class: 'removal', role: 'status' },
    h('span', null, texts.links.deleting(pending.urls.length, pending.left)),
    h('button', { type: 'button', class: 'main', onClick: removals.undo }, texts.undo),
  );
}
