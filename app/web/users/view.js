/** @import { Place, User } from '../types.d.ts' */
import { h } from 'preact';
import { may } from '../api/session.js';
import { hashOf } from '../page/router.js';
import { useServices } from '../page/services.js';
import { texts } from '../page/texts.js';
import { HeadRow } from '../parts/head-row.js';
import { useLoad } from '../parts/load.js';
import { Pager } from '../parts/pager.js';
import { ProblemNote } from '../parts/problem-note.js';
import { useStore } from '../parts/store.js';
import { UserForm } from './form.js';
import { UserRow } from './row.js';

const perPage = 20;

/** @param {Place} place */
function useUsers(place) {
  const { client } = useServices();
  const number = Math.max(1, Number(place.query.get('page')) || 1);
  const page = useLoad(String(number), async (signal) => {
    const { body, next, total } = await client.get(`/users?page=${number}&per_page=${perPage}`, { signal });
    return { users: /** @type {User[]} */ (body), more: next !== undefined, total };
  });
  /** @param {number} to */
  const go = (to) => location.assign(hashOf('users', { page: to === 1 ? undefined : String(to) }));
  const last = Math.max(1, Math.ceil((page.value?.total ?? 0) / perPage));
  return {
    page,
    onPrevious: number > 1 ? () => go(number - 1) : undefined,
    onNext: number < last ? () => go(number + 1) : undefined,
  };
}

/** Who links belong to. @param {{ place: Place }} props */
export function UsersView({ place }) {
  const { client, session } = useServices();
  const mayWrite = may(useStore(session.rights), 'write');
  const { page, onPrevious, onNext } = useUsers(place);
  const { users } = texts;
  const add = async (/** @type {Pick<User, 'username' | 'email'>} */ values) => {
    await client.post('/users', values);
    page.again();
  };
  const rows = page.value?.users ?? [];
  const names = [users.username, users.email, users.created, texts.links.actions];
  return h(
    'div',
    { class: 'view' },
    h(
      'header',
      { class: 'list-head' },
      h('h1', null, users.title),
      h('span', { class: 'quiet', role: 'status' }, page.value ? users.total(page.value.total) : texts.loading),
    ),
    mayWrite &&
      h('section', { class: 'card', 'aria-label': users.add }, h(UserForm, { button: users.add, onSave: add })),
    h(ProblemNote, { problem: page.problem, onRetry: page.again }),
    rows.length > 0 &&
      h(
        'table',
        { class: 'users' },
        h(HeadRow, { names }),
        h(
          'tbody',
          null,
          rows.map((user) => h(UserRow, { key: user.id, user, mayWrite, onChanged: page.again })),
        ),
      ),
    rows.length === 0 && !page.loading && !page.problem && h('p', { class: 'empty' }, users.empty),
    h(Pager, { onPrevious, onNext }),
  );
}
