import { h } from 'preact';
import { useState } from 'preact/hooks';
import { useServices } from '../page/services.js';
import { texts } from '../page/texts.js';
import { CopyButton } from '../parts/copy.js';
import { Check, Field } from '../parts/field.js';
import { ProblemNote } from '../parts/problem-note.js';
import { useSubmit } from '../parts/submit.js';

const scopes = /** @type {const} */ (['read', 'write', 'admin']);
const empty = { name: '', scopes: /** @type {readonly string[]} */ (['read', 'write']), limit: '' };

/** @param {string} limit What is no number goes to the service as it is: it says what it expects. */
const limitIn = (limit) => (limit.trim() === '' ? null : /^\d+$/.test(limit.trim()) ? Number(limit) : limit);

/** @typedef {typeof empty} Values */

/** @param {{ values: Values, error: string | undefined, onValues: (values: Values) => void }} props */
function ScopeBoxes({ values, error, onValues }) {
  const { keys } = texts;
  /** @param {string} scope @param {boolean} checked */
  const toggled = (scope, checked) => scopes.filter((one) => (one === scope ? checked : values.scopes.includes(one)));
  const boxes = scopes.map((scope) =>
    h(Check, {
      key: scope,
      label: keys.scope[scope],
      checked: values.scopes.includes(scope),
      onChecked: (checked) => onValues({ ...values, scopes: toggled(scope, checked) }),
    }),
  );
  const note = error && h('p', { class: 'note wrong', role: 'alert' }, error);
  return h('fieldset', null, h('legend', null, keys.scopes), boxes, note);
}

/** @param {{ keyText: string }} props */
const Made = ({ keyText }) =>
  h(
    'p',
    { class: 'made', role: 'status' },
    texts.keys.made,
    h('code', { dir: 'ltr' }, keyText),
    h(CopyButton, { text: keyText }),
  );

/** @param {{ onMade: () => void }} props */
export function MakeKey({ onMade }) {
  const { client } = useServices();
  const [values, setValues] = useState(empty);
  const [made, setMade] = useState('');
  const { keys } = texts;
  const { onSubmit, busy, errors, general } = useSubmit(async () => {
    const { name, scopes: wanted, limit } = values;
    const { body } = await client.post('/keys', { name, scopes: wanted, rate_limit: limitIn(limit) });
    setMade(body.key);
    setValues(empty);
    onMade();
  });
  /** @param {'name' | 'limit'} name @param {string | undefined} error */
  const field = (name, error) => ({
    name,
    label: keys[name],
    value: values[name],
    error,
    onValue: (/** @type {string} */ value) => setValues({ ...values, [name]: value }),
  });
  const limit = { ...field('limit', errors['rate_limit']), hint: keys.limitHint, inputMode: 'numeric' };
  return h(
    'section',
    { class: 'card', 'aria-label': keys.make },
    h(
      'form',
      { class: 'key-form', onSubmit, noValidate: true },
      h(Field, field('name', errors['name'])),
      h(ScopeBoxes, { values, error: errors['scopes'], onValues: setValues }),
      h(Field, limit),
      h('button', { class: 'main', disabled: busy }, keys.make),
    ),
    h(ProblemNote, { problem: general }),
    made && h(Made, { keyText: made }),
  );
}
