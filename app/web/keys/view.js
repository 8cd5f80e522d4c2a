/** @import { Key, Place } from '../types.d.ts' */
import { h } from 'preact';
import { useState } from 'preact/hooks';
import { may } from '../api/session.js';
import { hashOf } from '../page/router.js';
import { useServices } from '../page/services.js';
import { SignIn } from '../page/sign-in.js';
import { texts } from '../page/texts.js';
import { Dialog } from '../parts/dialog.js';
import { HeadRow } from '../parts/head-row.js';
import { useLoad } from '../parts/load.js';
import { Pager } from '../parts/pager.js';
import { ProblemNote } from '../parts/problem-note.js';
import { useStore } from '../parts/store.js';
import { useSubmit } from '../parts/submit.js';
import { Ago } from '../parts/time.js';
import { MakeKey } from './make.js';

/** @param {{ row: Key, onClose: () => void, onChanged: () => void }} props */
function RevokeDialog({ row, onClose, onChanged }) {
  const { client } = useServices();
  const { keys } = texts;
  const { submit, busy, problem } = useSubmit(async () => {
    await client.remove(`/keys/${row.id}`);
    onClose();
    onChanged();
  });
  return h(
    Dialog,
    { title: keys.revoke, onClose },
    h('p', null, keys.sure(row.name)),
    h('p', { class: 'quiet' }, keys.sessions),
    h(ProblemNote, { problem }),
    h(
      'p',
      { class: 'row' },
      h(
        'button',
        { type: 'button', class: 'main danger', disabled: busy, onClick: () => submit(undefined) },
        keys.revoke,
      ),
      h('button', { type: 'button', onClick: onClose }, texts.cancel),
    ),
  );
}

/** @param {{ row: Key, onChanged: () => void }} props */
function KeyRow({ row, onChanged }) {
  const [asking, setAsking] = useState(false);
  const { keys } = texts;
  const button = h('button', { type: 'button', class: 'small danger', onClick: () => setAsking(true) }, keys.revoke);
  const names = row.scopes.map((scope) => /** @type {Record<string, string>} */ (keys.scope)[scope] ?? scope);
  return h(
    'tr',
    { class: row.revoked_at ? 'over' : undefined },
    h(
      'td',
      { dir: 'auto' },
      h('strong', null, row.name),
      ' ',
      h('code', { class: 'quiet', dir: 'ltr' }, `${row.prefix}…`),
    ),
    h('td', null, names.join(', ')),
    h('td', null, row.rate_limit ?? '–'),
    h('td', null, h(Ago, { time: row.created_at })),
    h('td', null, row.last_used_at ? h(Ago, { time: row.last_used_at }) : keys.never),
    h(
      'td',
      { class: 'actions' },
      row.revoked_at ? h('span', { class: 'state inactive' }, keys.revoked) : button,
      asking && h(RevokeDialog, { row, onClose: () => setAsking(false), onChanged }),
    ),
  );
}

const perPage = 50;
const pagesOf = (/** @type {number} */ total) => Math.max(1, Math.ceil(total / perPage));

/**
 * The newest first, though the API begins with the oldest: the first page here is its last.
 * @param {Place} place
 */
function useKeys(place) {
  const { client } = useServices();
  const number = Math.max(1, Number(place.query.get('page')) || 1);
  const list = useLoad(String(number), async (signal) => {
    const pages = pagesOf((await client.get('/keys?per_page=1', { signal })).total);
    const page = Math.max(1, pages + 1 - number);
    const { body } = await client.get(`/keys?page=${page}&per_page=${perPage}`, { signal });
    return { keys: /** @type {Key[]} */ (body).toReversed(), pages };
  });
  /** @param {number} to */
  const go = (to) => location.assign(hashOf('keys', { page: to === 1 ? undefined : String(to) }));
  return {
    list,
    onPrevious: number > 1 ? () => go(number - 1) : undefined,
    onNext: number < (list.value?.pages ?? 1) ? () => go(number + 1) : undefined,
  };
}

/** @param {{ place: Place }} props */
function KeyList({ place }) {
  const { keys } = texts;
  const { list, onPrevious, onNext } = useKeys(place);
  const rows = list.value?.keys ?? [];
  const names = [keys.name, keys.scopes, keys.limit, keys.created, keys.used, texts.links.actions];
  return h(
    'div',
    null,
    h(MakeKey, { onMade: list.again }),
    h(ProblemNote, { problem: list.problem, onRetry: list.again }),
    rows.length > 0 &&
      h(
        'div',
        { class: 'scroll', tabIndex: 0, role: 'region', 'aria-label': keys.title },
        h(
          'table',
          { class: 'keys' },
          h(HeadRow, { names }),
          h(
            'tbody',
            null,
            rows.map((row) => h(KeyRow, { key: row.id, row, onChanged: list.again })),
          ),
        ),
      ),
    rows.length === 0 && !list.loading && !list.problem && h('p', { class: 'empty' }, keys.empty),
    h(Pager, { onPrevious, onNext }),
  );
}

/** Keys for programs and for browsers. An admin key opens this, also where the rest is open. @param {{ place: Place }} props */
export function KeysView({ place }) {
  const { session } = useServices();
  const rights = useStore(session.rights);
  const open = may(rights, 'admin');
  return h(
    'div',
    { class: 'view' },
    h('header', { class: 'list-head' }, h('h1', null, texts.keys.title)),
    open ? h(KeyList, { place }) : h(SignIn, { why: texts.signIn.admin, scopes: 'admin' }),
  );
}
