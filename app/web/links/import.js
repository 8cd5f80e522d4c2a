/** @import { BulkReport } from '../types.d.ts' */
import { h } from 'preact';
import { useId, useState } from 'preact/hooks';
import { useServices } from '../page/services.js';
import { texts } from '../page/texts.js';
import { Dialog } from '../parts/dialog.js';
import { ProblemNote } from '../parts/problem-note.js';
import { useSubmit } from '../parts/submit.js';
import { readCsv } from './csv.js';

const columns = 'original_url, title, tags, short_code, user_id, expires_at, max_clicks, redirect_type, is_active';
const needed = 'original_url';
const shown = 5;
const shownErrors = 100;

/** @param {{ lines: string[][] }} props */
function Preview({ lines }) {
  const [head = [], ...rows] = lines;
  if (!head.includes(needed)) return h('p', { class: 'problem' }, texts.imports.lacks(needed));
  if (rows.length === 0) return h('p', { class: 'problem' }, texts.imports.empty);
  /** @param {'th' | 'td'} tag @param {string[]} cells */
  const line = (tag, cells) =>
    h(
      'tr',
      null,
      cells.map((cell, at) => h(tag, { key: at, dir: 'auto' }, cell)),
    );
  return h(
    'div',
    { class: 'scroll', tabIndex: 0, role: 'region', 'aria-label': texts.imports.title },
    h('p', null, texts.imports.preview(rows.length)),
    h(
      'table',
      null,
      h('thead', null, line('th', head)),
      h(
        'tbody',
        null,
        rows.slice(0, shown).map((row) => line('td', row)),
      ),
    ),
  );
}

/** @param {{ report: BulkReport }} props */
function Report({ report: { count, imported, errors, more_errors: more = 0 } }) {
  const { imports } = texts;
  const hidden = more + Math.max(0, errors.length - shownErrors);
  const row = (/** @type {BulkReport['errors'][number]} */ { line, error }) =>
    h('tr', { key: line }, h('td', null, line), h('td', null, error));
  return h(
    'div',
    { role: 'status' },
    h('p', null, h('strong', null, imports.done(imported, count))),
    errors.length > 0 &&
      h(
        'table',
        null,
        h('thead', null, h('tr', null, h('th', null, imports.line), h('th', null, imports.error))),
        h('tbody', null, errors.slice(0, shownErrors).map(row)),
      ),
    hidden > 0 && h('p', null, imports.more(hidden)),
  );
}

/** @param {{ onClose: () => void, onDone: () => void }} props */
function ImportDialog({ onClose, onDone }) {
  const { client } = useServices();
  const id = useId();
  const [file, setFile] = useState(/** @type {{ file: File, lines: string[][] } | undefined} */ (undefined));
  const [report, setReport] = useState(/** @type {BulkReport | undefined} */ (undefined));
  const { submit, busy, problem } = useSubmit(async () => {
    setReport((await client.call('POST', '/urls/bulk', { file: file?.file, type: 'text/csv' })).body);
    onDone();
  });
  /** @param {Event} event */
  const choose = async (event) => {
    const chosen = /** @type {HTMLInputElement} */ (event.currentTarget).files?.[0];
    setReport(undefined);
    setFile(chosen && { file: chosen, lines: readCsv(await chosen.text()) });
  };
  const ready = file?.lines[0]?.includes(needed) && file.lines.length > 1 && !report;
  return h(
    Dialog,
    { title: texts.imports.title, onClose },
    h('p', { class: 'note' }, texts.imports.columns(columns)),
    h(
      'div',
      { class: 'field' },
      h('label', { for: id }, texts.imports.choose),
      h('input', { id, type: 'file', accept: '.csv,text/csv', onChange: choose }),
    ),
    file && !report && h(Preview, { lines: file.lines }),
    report && h(Report, { report }),
    h(ProblemNote, { problem }),
    h(
      'p',
      { class: 'row' },
      ready &&
        h(
          'button',
          { type: 'button', class: 'main', disabled: busy, onClick: () => submit(undefined) },
          texts.imports.button,
        ),
    ),
  );
}

/** @param {{ onDone: () => void }} props */
export function ImportButton({ onDone }) {
  const [open, setOpen] = useState(false);
  return [
    h('button', { key: 'button', type: 'button', class: 'small', onClick: () => setOpen(true) }, texts.links.importing),
    open && h(ImportDialog, { key: 'dialog', onClose: () => setOpen(false), onDone }),
  ];
}
