/** @import { Url } from '../types.d.ts' */
import { h } from 'preact';
import { useState } from 'preact/hooks';
import { useServices } from '../page/services.js';
import { texts } from '../page/texts.js';
import { Check, Field } from '../parts/field.js';
import { ProblemNote } from '../parts/problem-note.js';
import { useSubmit } from '../parts/submit.js';
import { errorOf, OptionFields } from './fields.js';
import { changesOf, valuesOf } from './values.js';

/**
 * A link in place of its row, to be changed; only what was changed is sent.
 * @param {{ url: Url, onSaved: (url: Url) => void, onClose: () => void }} props
 */
export function EditForm({ url, onSaved, onClose }) {
  const { client } = useServices();
  const [before] = useState(() => valuesOf(url));
  const [values, setValues] = useState(before);
  const { onSubmit, busy, errors, general } = useSubmit(async () => {
    const changes = changesOf(before, values);
    if (Object.keys(changes).length > 0) onSaved((await client.put(`/urls/${url.id}`, changes)).body);
    onClose();
  });
  /** @param {KeyboardEvent} event */
  const onKeyDown = (event) => void (event.key === 'Escape' && onClose());
  return h(
    'form',
    { class: 'edit', onSubmit, onKeyDown, noValidate: true, 'aria-label': `${texts.edit} ${url.short_code}` },
    h(Field, {
      name: 'original_url',
      label: texts.fields.original_url,
      value: values.original_url,
      error: errorOf(errors, 'original_url'),
      onValue: (value) => setValues({ ...values, original_url: value }),
      autoFocus: true,
    }),
    h(OptionFields, { values, errors, onValues: setValues }),
    h(Check, {
      label: texts.fields.is_active,
      checked: values.is_active,
      onChecked: (checked) => setValues({ ...values, is_active: checked }),
    }),
    h(ProblemNote, { problem: general }),
    h(
      'p',
      { class: 'row' },
      h('button', { class: 'main', disabled: busy }, texts.save),
      h('button', { type: 'button', onClick: onClose }, texts.cancel),
    ),
  );
}
