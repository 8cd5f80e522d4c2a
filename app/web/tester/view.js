/** @import { Place } from '../types.d.ts' */
/** @import { Document, Operation } from './document.js' */
/** @import { Result } from './send.js' */
import { h } from 'preact';
import { useState } from 'preact/hooks';
import { Problem } from '../api/problem.js';
import { hashOf } from '../page/router.js';
import { useServices } from '../page/services.js';
import { texts } from '../page/texts.js';
import { Field, Fields } from '../parts/field.js';
import { useLoad } from '../parts/load.js';
import { ProblemNote } from '../parts/problem-note.js';
import { useSubmit } from '../parts/submit.js';
import { operationsOf, sampleOf } from './document.js';
import { send } from './send.js';

/** What a browser can send in a body of its own making: a file goes as its text. */
const sendable = ['application/json', 'text/csv', 'application/x-ndjson'];

/** @param {{ result: Result }} props */
function Answer({ result: { status, statusText, headers, text, milliseconds } }) {
  const { tester } = texts;
  const lines = headers.map(([name, value]) => `${name}: ${value}`).join('\n');
  return h(
    'section',
    { class: 'card', role: 'status', 'aria-label': tester.answer },
    h(
      'p',
      null,
      h('strong', { class: status < 400 ? 'fine' : 'wrong' }, status || '', ' ', statusText),
      ' ',
      h('span', { class: 'quiet' }, tester.took(milliseconds)),
    ),
    h('details', null, h('summary', null, tester.headers), h('pre', { dir: 'ltr', tabIndex: 0 }, lines)),
    h('pre', { dir: 'ltr', tabIndex: 0, 'aria-label': tester.answer }, text || tester.noBody),
  );
}

/** @param {{ operation: Operation, document: Document }} props */
function Call({ operation, document }) {
  const { tester } = texts;
  const types = operation.types.filter((type) => sendable.includes(type));
  const [type, setType] = useState(types[0] ?? '');
  const [values, setValues] = useState(/** @type {Record<string, string>} */ ({}));
  const [body, setBody] = useState(() =>
    operation.schema ? JSON.stringify(sampleOf(operation.schema, document), null, 2) : '',
  );
  const [result, setResult] = useState(/** @type {Result | undefined} */ (undefined));
  const { onSubmit, busy, problem } = useSubmit(async () => {
    const answer = await send(operation, values, { type, text: body }).catch(() => {
      throw new Problem({ status: 0, detail: texts.noAnswer });
    });
    setResult(answer);
  });
  const fields = operation.parameters.map(({ name, in: place, required, description }) => {
    const key = `${place} ${name}`;
    const label = `${name} (${place}${required ? `, ${tester.required}` : ''})`;
    return h(Field, {
      key,
      name,
      label,
      required,
      hint: description,
      value: values[key] ?? '',
      onValue: (value) => setValues({ ...values, [key]: value }),
    });
  });
  return h(
    'form',
    { class: 'call', onSubmit },
    h('p', { class: 'quiet' }, operation.summary),
    h(Fields, null, fields),
    types.length > 1 &&
      h(Field, {
        name: 'type',
        label: tester.type,
        value: type,
        options: Object.fromEntries(types.map((one) => [one, one])),
        onValue: setType,
      }),
    types.length > 0 && h(Field, { name: 'body', label: tester.body, rows: 12, value: body, onValue: setBody }),
    h('button', { class: 'main', disabled: busy }, tester.send),
    h(ProblemNote, { problem }),
    result && h(Answer, { result }),
  );
}

/** Any operation of the API, as its own document describes it. @param {{ place: Place }} props */
export function TesterView({ place }) {
  const { client } = useServices();
  const loaded = useLoad(
    'openapi',
    async (signal) => /** @type {Document} */ ((await client.get('/openapi.json', { signal })).body),
  );
  const operations = loaded.value ? operationsOf(loaded.value) : [];
  const chosen =
    operations.find(({ name }) => name === place.query.get('op')) ??
    operations.find(({ name }) => name === 'GET /urls') ??
    operations[0];
  const options = Object.fromEntries(operations.map(({ name }) => [name, name]));
  /** @param {string} op */
  const go = (op) => location.replace(hashOf('tester', { op }));
  return h(
    'div',
    { class: 'view' },
    h('header', { class: 'list-head' }, h('h1', null, texts.tester.title)),
    h(ProblemNote, { problem: loaded.problem, onRetry: loaded.again }),
    chosen && h(Field, { name: 'operation', label: texts.tester.operation, value: chosen.name, options, onValue: go }),
    chosen && loaded.value && h(Call, { key: chosen.name, operation: chosen, document: loaded.value }),
  );
}
