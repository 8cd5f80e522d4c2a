/** @import { User } from '../types.d.ts' */
import { h } from 'preact';
import { useState } from 'preact/hooks';
import { hashOf } from '../page/router.js';
import { useServices } from '../page/services.js';
import { texts } from '../page/texts.js';
import { Dialog } from '../parts/dialog.js';
import { ProblemNote } from '../parts/problem-note.js';
import { useSubmit } from '../parts/submit.js';
import { Ago } from '../parts/time.js';
import { UserForm } from './form.js';
import { removeUser } from './removal.js';

/** @typedef {{ user: User, mayWrite: boolean, onChanged: () => void }} Props */

/** @param {{ user: User, onClose: () => void, onChanged: () => void }} props */
function RemoveDialog({ user, onClose, onChanged }) {
  const { client, toasts } = useServices();
  const { submit, busy, problem } = useSubmit(async () => {
    await removeUser(client, user.id);
    toasts.tell(texts.users.removed(user.username));
    onClose();
    onChanged();
  });
  return h(
    Dialog,
    { title: texts.remove, onClose },
    h('p', null, texts.users.remove(user.username)),
    h(ProblemNote, { problem }),
    h(
      'p',
      { class: 'row' },
      h(
        'button',
        { type: 'button', class: 'main danger', disabled: busy, onClick: () => submit(undefined) },
        texts.remove,
      ),
      h('button', { type: 'button', onClick: onClose }, texts.cancel),
    ),
  );
}

/** @param {Props} props */
export function UserRow({ user, mayWrite, onChanged }) {
  const { client } = useServices();
  const [mode, setMode] = useState(/** @type {'shown' | 'editing' | 'removing'} */ ('shown'));
  const close = () => setMode('shown');
  if (mode === 'editing') {
    const save = async (/** @type {Pick<User, 'username' | 'email'>} */ values) => {
      await client.put(`/users/${user.id}`, values);
      close();
      onChanged();
    };
    return h(
      'tr',
      { class: 'editing' },
      h('td', { colSpan: 4 }, h(UserForm, { initial: user, button: texts.save, onSave: save, onClose: close })),
    );
  }
  const small = { type: 'button', class: 'small' };
  return h(
    'tr',
    null,
    h('td', { dir: 'auto' }, h('strong', null, user.username)),
    h('td', { dir: 'ltr' }, user.email),
    h('td', { class: 'when' }, h(Ago, { time: user.created_at })),
    h(
      'td',
      { class: 'actions' },
      h('a', { class: 'button small', href: hashOf('links', { user: String(user.id) }) }, texts.users.links),
      mayWrite && h('button', { ...small, onClick: () => setMode('editing') }, texts.edit),
      mayWrite && h('button', { ...small, class: 'small danger', onClick: () => setMode('removing') }, texts.remove),
      mode === 'removing' && h(RemoveDialog, { user, onClose: close, onChanged }),
    ),
  );
}
