/** @import { Url } from '../types.d.ts' */
import { h } from 'preact';
import { useState } from 'preact/hooks';
import { useServices } from '../page/services.js';
import { texts } from '../page/texts.js';
import { Field } from '../parts/field.js';
import { inTurn } from '../parts/in-turn.js';

/** @typedef {{ url: Url, change: Record<string, unknown> }} Step */

/**
 * The steps that undo others: each field as it was.
 * @param {readonly Step[]} steps
 * @returns {Step[]}
 */
export const undoOf = (steps) =>
  steps.map(({ url, change }) => ({
    url,
    change: Object.fromEntries(Object.keys(change).map((name) => [name, url[/** @type {keyof Url} */ (name)]])),
  }));

/** @param {(url: Url) => void} onChanged */
function useChanges(onChanged) {
  const { client, toasts } = useServices();
  const [progress, setProgress] = useState('');
  /** @param {readonly Step[]} steps @param {boolean} undoable */
  const apply = async (steps, undoable) => {
    const failed = await inTurn(
      steps,
      async ({ url, change }) => onChanged((await client.put(`/urls/${url.id}`, change)).body),
      (done, wait) => setProgress(wait > 0 ? texts.tooMany(wait) : texts.links.changing(done + 1, steps.length)),
    );
    setProgress('');
    const done = steps.filter((step) => !failed.some(({ item }) => item === step));
    const undo = { label: texts.undo, run: () => void apply(undoOf(done), false) };
    if (done.length > 0) toasts.tell(texts.links.changed(done.length), undoable ? undo : undefined);
    for (const { problem } of failed.slice(0, 1)) toasts.fail(problem);
  };
  return { progress, apply: (/** @type {readonly Step[]} */ steps) => apply(steps, true) };
}

/**
 * What can be done with all that is selected.
 * @param {{ urls: readonly Url[], onChanged: (url: Url) => void, onDone: () => void }} props
 */
export function BulkBar({ urls, onChanged, onDone }) {
  const { removals } = useServices();
  const { progress, apply } = useChanges(onChanged);
  const [tag, setTag] = useState('');
  const { links } = texts;
  /** @param {boolean} active */
  const activate = (active) =>
    apply(urls.filter(({ is_active }) => is_active !== active).map((url) => ({ url, change: { is_active: active } })));
  /** @param {Event} event */
  const addTag = async (event) => {
    event.preventDefault();
    const name = tag.trim();
    const without = urls.filter(({ tags }) => name !== '' && !tags.includes(name));
    await apply(without.map((url) => ({ url, change: { tags: [...url.tags, name] } })));
    setTag('');
  };
  const remove = () => {
    removals.remove(urls);
    onDone();
  };
  const button = { type: 'button', class: 'small', disabled: progress !== '' };
  return h(
    'div',
    { class: 'bulk', role: 'group', 'aria-label': links.selected(urls.length) },
    h('strong', { 'aria-live': 'polite' }, progress || links.selected(urls.length)),
    h('button', { ...button, onClick: () => activate(true) }, links.activate),
    h('button', { ...button, onClick: () => activate(false) }, links.deactivate),
    h(
      'form',
      { class: 'row', onSubmit: addTag },
      h(Field, {
        name: 'new-tag',
        label: links.tagToAdd,
        placeholder: links.tagToAdd,
        hiddenLabel: true,
        value: tag,
        onValue: setTag,
      }),
      h('button', { ...button, type: 'submit' }, links.addTag),
    ),
    h('button', { ...button, class: 'small danger', onClick: remove }, texts.remove),
  );
}
