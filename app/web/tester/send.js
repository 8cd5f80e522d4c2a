/** @import { Operation } from './document.js' */
import { texts } from '../page/texts.js';
import { addressOf } from './document.js';

/** @typedef {{ status: number, statusText: string, headers: [string, string][], text: string, milliseconds: number }} Result */

/** A call that takes longer is given up, and a stream read for so long; milliseconds. */
const patience = 30_000;
const streamFor = 5_000;
/** Characters of an answer that are shown. */
const most = 200_000;

/** @param {string} text @param {string} type */
const readable = (text, type) => {
  if (!type.includes('json') || type.includes('ndjson')) return text;
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
};

/** @param {Response} response */
async function readText(response) {
  const type = response.headers.get('Content-Type') ?? '';
  if (/^(image\/png|application\/octet)/.test(type))
    return texts.tester.bytes(type, (await response.arrayBuffer()).byteLength);
  if (!type.startsWith('text/event-stream')) return readable(await response.text(), type).slice(0, most);
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  const timer = setTimeout(() => void reader?.cancel(), streamFor);
  for (let part = await reader?.read(); part && !part.done && text.length < most; part = await reader?.read())
    text += part.value;
  clearTimeout(timer);
  return text;
}

/**
 * Sends a call as the page itself would, with its session, and answers what came back, whatever it is.
 * @param {Operation} operation
 * @param {Record<string, string>} values
 * @param {{ type: string, text: string }} body
 * @returns {Promise<Result>}
 */
export async function send(operation, values, { type, text }) {
  const headers = new Headers();
  for (const { name, in: place } of operation.parameters) {
    const value = values[`header ${name}`];
    if (place === 'header' && value) headers.set(name, value);
  }
  const hasBody = operation.types.length > 0;
  if (hasBody) headers.set('Content-Type', type);
  const started = performance.now();
  const response = await fetch(addressOf(operation, values), {
    method: operation.method,
    headers,
    body: hasBody ? text : undefined,
    redirect: 'manual',
    signal: AbortSignal.timeout(patience),
  });
  const answer = await readText(response);
  const { status, statusText } = response;
  return {
    status,
    statusText: response.type === 'opaqueredirect' ? '3xx' : statusText,
    headers: [...response.headers],
    text: answer,
    milliseconds: performance.now() - started,
  };
}
