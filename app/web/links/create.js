/** @import { Url } from '../types.d.ts' */
import { h } from 'preact';
import { useRef, useState } from 'preact/hooks';
import { hashOf } from '../page/router.js';
import { useServices } from '../page/services.js';
import { texts } from '../page/texts.js';
import { CopyButton, copyText } from '../parts/copy.js';
import { Field } from '../parts/field.js';
import { ProblemNote, useCountdown } from '../parts/problem-note.js';
import { useSubmit } from '../parts/submit.js';
import { keepDraft, readDraft } from './draft.js';
import { errorOf, OptionFields } from './fields.js';
import { QrButton } from './qr.js';
import { emptyValues, newUrlOf } from './values.js';

/** One try's name: sent again, it makes no second link. */
const newAttempt = () =>
  [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('');

/** @param {{ url: Url, copied: boolean }} props */
function Made({ url, copied }) {
  return h(
    'div',
    { class: 'made', role: 'status' },
    h('span', null, copied ? texts.create.madeCopied : texts.create.made),
    h('a', { href: url.short_url, class: 'short', rel: 'noreferrer' }, url.short_url),
    h(CopyButton, { text: url.short_url }),
    h(QrButton, { url }),
    h('a', { href: hashOf(`links/${url.id}`) }, texts.create.details),
  );
}

/** @param {(url: Url) => void} onMade */
function useCreate(onMade) {
  const { client } = useServices();
  const [values, setValues] = useState(readDraft);
  const [made, setMade] = useState(/** @type {{ url: Url, copied: boolean } | undefined} */ (undefined));
  const attempt = useRef(newAttempt());
  /** @param {typeof values} next */
  const change = (next) => {
    attempt.current = newAttempt();
    keepDraft(next);
    setValues(next);
  };
  const { onSubmit, busy, problem, errors, general } = useSubmit(async () => {
    const headers = { 'Idempotency-Key': attempt.current };
    const { body } = await client.post('/urls', newUrlOf(values), { headers });
    keepDraft(emptyValues);
    attempt.current = newAttempt();
    // What was typed while this one was on its way is the next one.
    setValues((now) => (now === values ? emptyValues : now));
    setMade({ url: body, copied: await copyText(body.short_url) });
    onMade(body);
  });
  return { values, change, onSubmit, busy, problem, errors, general, made };
}

/**
 * One field to a short link; the rest behind a button.
 * @param {{ onMade: (url: Url) => void }} props
 */
export function CreateForm({ onMade }) {
  const { values, change, onSubmit, busy, problem, errors, general, made } = useCreate(onMade);
  const [open, setOpen] = useState(false);
  const left = useCountdown(problem);
  const { create, fields } = texts;
  const shown = open || Object.keys(errors).some((name) => name !== 'original_url');
  /** @param {'original_url' | 'custom_alias'} name */
  const field = (name) => ({
    name,
    value: values[name],
    error: errorOf(errors, name),
    onValue: (/** @type {string} */ value) => change({ ...values, [name]: value }),
  });
  const address = { label: create.address, type: 'text', inputMode: 'url', placeholder: create.placeholder };
  const toggle = { type: 'button', class: 'plain', 'aria-expanded': shown, onClick: () => setOpen(!shown) };
  return h(
    'section',
    { class: 'create', 'aria-label': create.title },
    h(
      'form',
      { onSubmit, noValidate: true },
      h(
        'div',
        { class: 'one-field' },
        h(Field, { ...field('original_url'), ...address, required: true }),
        h('button', { class: 'main', disabled: busy || left > 0 }, create.button),
      ),
      h('button', toggle, shown ? create.less : create.more),
      shown && h(Field, { ...field('custom_alias'), label: fields.custom_alias, hint: fields.custom_alias_hint }),
      shown && h(OptionFields, { values, errors, onValues: change }),
      h(ProblemNote, { problem: general }),
    ),
    made && h(Made, made),
  );
}
