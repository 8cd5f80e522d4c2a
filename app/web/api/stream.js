/** @import { Health, UrlEvent } from '../types.d.ts' */
import { useEffect, useRef } from 'preact/hooks';
import { createStore } from '../parts/store.js';

/** @typedef {{ onEvent: (event: UrlEvent) => void, onSkipped: () => void }} Listener */
/** @typedef {ReturnType<typeof createStream>} Stream */

/** The service says something every two seconds; after so long without a word the connection is lost. Milliseconds. */
const silence = 5_000;
/** After an answer that is no stream: the service is there, and cannot now. */
const refusal = 2_000;
const betweenLooks = 1_000;
/** Ids of events that were told, so that one that comes twice counts once. */
const remembered = 1_000;

/** Tells whether an event comes for the first time, as far as is remembered. */
function createMemory() {
  /** @type {Set<number>} */
  let seen = new Set();
  return {
    /** @param {number} id */
    isNew(id) {
      if (seen.has(id)) return false;
      if (seen.size >= remembered) seen = new Set([...seen].slice(remembered / 2));
      seen.add(id);
      return true;
    },
  };
}

/**
 * One EventSource after the other: the browser comes again by itself after each end, with the last event's id; where it
 * gives up, as the answer is no stream, or hears nothing, this opens another.
 * @param {{ EventSource: typeof globalThis.EventSource, now: () => number, onMessage: (name: string, data: any) => void,
 *   onLost: () => void, onRefused: () => void }} deps
 */
function createConnection({ EventSource, now, onMessage, onLost, onRefused }) {
  /** @type {EventSource | undefined} */
  let source;
  let address = '';
  let heardAt = now();

  const open = () => {
    source?.close();
    const opened = new EventSource(address);
    source = opened;
    opened.addEventListener('error', () => {
      if (opened.readyState !== EventSource.CLOSED) return;
      heardAt = Math.min(heardAt, now() - silence + refusal);
      onRefused();
    });
    for (const name of ['event', 'health', 'ready', 'skipped']) {
      opened.addEventListener(name, ({ data }) => {
        heardAt = now();
        onMessage(name, JSON.parse(data));
      });
    }
  };
  const look = () => {
    if (!source || now() - heardAt < silence) return;
    onLost();
    heardAt = now();
    open();
  };
  setInterval(look, betweenLooks);

  return {
    /** @param {string} next */
    open(next) {
      address = next;
      heardAt = now();
      open();
    },
    close() {
      source?.close();
      source = undefined;
    },
    get isOpen() {
      return source !== undefined;
    },
  };
}

/**
 * The live connection: one at a time, for the events that the current view wants, and for how the service is.
 * @param {{ EventSource: typeof globalThis.EventSource, now: () => number, onRefused: () => void }} deps
 */
export function createStream({ EventSource, now, onRefused }) {
  const health = createStore(/** @type {Health | undefined} */ (undefined));
  const state = createStore(/** @type {'waiting' | 'live' | 'lost'} */ ('waiting'));
  const memory = createMemory();
  /** @type {Listener | undefined} */
  let listener;
  let query = '';

  /** @param {string} name @param {any} data */
  const onMessage = (name, data) => {
    const before = state.get();
    if (before !== 'live') state.set('live');
    // What happened while it was lost may not be told again.
    if (before === 'lost' || name === 'skipped') listener?.onSkipped();
    if (name === 'health') health.set(data);
    if (name === 'event' && memory.isNew(data.id)) listener?.onEvent(data);
  };
  const connection = createConnection({ EventSource, now, onMessage, onLost: () => state.set('lost'), onRefused });

  return {
    health,
    state,
    /** Connects; `want` says for what. */
    start: () => connection.open(`/stream${query}`),
    stop: connection.close,
    /** @param {string} text @param {Listener} next */
    want(text, next) {
      listener = next;
      if (text === query) return;
      query = text;
      if (connection.isOpen) connection.open(`/stream${query}`);
    },
    /** @param {Listener} old */
    unwant(old) {
      if (listener === old) listener = undefined;
    },
  };
}

/**
 * Events for as long as a view is shown; the handlers may change at each drawing.
 * @param {Stream} stream
 * @param {string} query
 * @param {Listener} handlers
 */
export function useStream(stream, query, handlers) {
  const latest = useRef(handlers);
  latest.current = handlers;
  useEffect(() => {
    /** @type {Listener} */
    const own = { onEvent: (event) => latest.current.onEvent(event), onSkipped: () => latest.current.onSkipped() };
    stream.want(query, own);
    return () => stream.unwant(own);
  }, [stream, query]);
}
