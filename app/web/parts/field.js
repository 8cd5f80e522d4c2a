/** @import { ComponentChildren } from 'preact' */
import { h } from 'preact';
import { useId } from 'preact/hooks';

/**
 * @typedef {{ label: string, name: string, value: string, onValue: (value: string) => void, error?: string, hint?: string,
 *   type?: string, required?: boolean, placeholder?: string, min?: string, autoComplete?: string, hiddenLabel?: boolean,
 *   options?: Readonly<Record<string, string>>, rows?: number, inputMode?: string, autoFocus?: boolean }} FieldProps
 */

/** @param {FieldProps} props @param {string} id @param {string | undefined} described */
function controlOf({ options, rows, onValue, label, error, hint, hiddenLabel, autoFocus, ...rest }, id, described) {
  const common = {
    ...rest,
    id,
    'aria-invalid': error ? true : undefined,
    'aria-describedby': described,
    /** @param {Event} event */
    onInput: (event) => onValue(/** @type {HTMLInputElement} */ (event.currentTarget).value),
  };
  if (options) {
    const list = Object.entries(options).map(([value, text]) =>
      h('option', { key: value, value, selected: value === rest.value }, text),
    );
    return h('select', common, list);
  }
  if (rows) return h('textarea', { ...common, rows, spellcheck: false });
  return h('input', { type: 'text', autoComplete: 'off', spellcheck: false, ...common });
}

/**
 * A labelled control, with what the service says of its value beneath.
 * @param {FieldProps} props
 */
export function Field(props) {
  const { label, error, hint, hiddenLabel = false } = props;
  const id = useId();
  const notes = `${id}-notes`;
  const text = error ?? hint;
  return h(
    'div',
    { class: `field${error ? ' wrong' : ''}` },
    h('label', { for: id, class: hiddenLabel ? 'off-page' : undefined }, label),
    controlOf(props, id, text ? notes : undefined),
    text && h('p', { id: notes, class: 'note', role: error ? 'alert' : undefined }, text),
  );
}

/** @param {{ label: string, checked: boolean, onChecked: (checked: boolean) => void, hiddenLabel?: boolean }} props */
export function Check({ label, checked, onChecked, hiddenLabel = false }) {
  /** @param {Event} event */
  const onChange = (event) => onChecked(/** @type {HTMLInputElement} */ (event.currentTarget).checked);
  const box = h('input', { type: 'checkbox', checked, onChange, 'aria-label': hiddenLabel ? label : undefined });
  return h('label', { class: 'check' }, box, hiddenLabel ? undefined : h('span', null, label));
}

/** @param {{ children?: ComponentChildren }} props */
export const Fields = ({ children }) => h('div', { class: 'fields' }, children);
