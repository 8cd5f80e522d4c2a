import { h } from 'preact';
import { useState } from 'preact/hooks';
import { texts } from '../page/texts.js';
import { Field } from '../parts/field.js';
import { ProblemNote } from '../parts/problem-note.js';
import { useSubmit } from '../parts/submit.js';

/** @typedef {{ username: string, email: string }} Values */

const empty = { username: '', email: '' };

/**
 * A user's name and address, for a new one and for one that is there.
 * @param {{ initial?: Values, button: string, onSave: (values: Values) => Promise<void>, onClose?: () => void }} props
 */
export function UserForm({ initial = empty, button, onSave, onClose }) {
  const [values, setValues] = useState({ username: initial.username, email: initial.email });
  const { onSubmit, busy, errors, general } = useSubmit(async () => {
    await onSave(values);
    setValues(empty);
  });
  /** @param {'username' | 'email'} name @param {string} type */
  const field = (name, type) =>
    h(Field, {
      name,
      type,
      label: texts.users[name],
      value: values[name],
      error: errors[name],
      onValue: (value) => setValues({ ...values, [name]: value }),
    });
  return h(
    'form',
    { class: 'user-form', onSubmit, noValidate: true },
    field('username', 'text'),
    field('email', 'email'),
    h('button', { class: 'main', disabled: busy }, button),
    onClose && h('button', { type: 'button', onClick: onClose }, texts.cancel),
    h(ProblemNote, { problem: general }),
  );
}
