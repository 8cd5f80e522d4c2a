import { h } from 'preact';
import { useState } from 'preact/hooks';
import { forgetDraft } from '../links/draft.js';
import { Field } from '../parts/field.js';
import { ProblemNote } from '../parts/problem-note.js';
import { useStore } from '../parts/store.js';
import { useSubmit } from '../parts/submit.js';
import { useServices } from './services.js';
import { texts } from './texts.js';

/**
 * An API key for a session.
 * @param {{ why?: string, scopes?: string }} props
 */
export function SignIn({ why = texts.signIn.why, scopes = 'read,write' }) {
  const { session } = useServices();
  const [key, setKey] = useState('');
  const { onSubmit, busy, problem } = useSubmit(() => session.signIn(key.trim()));
  const { signIn } = texts;
  return h(
    'form',
    { class: 'sign-in', onSubmit },
    h('h1', null, signIn.title),
    h('p', null, why),
    h(Field, {
      name: 'key',
      label: signIn.key,
      type: 'password',
      value: key,
      onValue: setKey,
      required: true,
      autoComplete: 'current-password',
    }),
    h(ProblemNote, { problem }),
    h('button', { class: 'main', disabled: busy }, signIn.button),
    h('p', { class: 'note' }, `${signIn.how} `, h('code', null, `npm run key -- make NAME --scopes ${scopes}`)),
  );
}

/** There where somebody is signed in. */
export function SignOutButton() {
  const { session, toasts } = useServices();
  if (!useStore(session.rights)?.signed_in) return null;
  const signOut = () => void session.signOut().then(forgetDraft, toasts.fail);
  return h('button', { type: 'button', class: 'small', onClick: signOut }, texts.signIn.out);
}
