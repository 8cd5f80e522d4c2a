import { texts } from '../page/texts.js';
import { Problem, problemOf } from './problem.js';

/** @typedef {{ body?: unknown, file?: Blob | string, type?: string, headers?: Record<string, string>, signal?: AbortSignal, keepalive?: boolean }} Options */
/** @typedef {{ status: number, headers: Headers, body: any, next: string | undefined, total: number }} Answer */
/** @typedef {ReturnType<typeof createClient>} Client */

/** Milliseconds until a request is given up; uploads take longer. */
const patience = 20_000;
const uploadPatience = 120_000;

/** @param {Headers} headers */
const nextOf = (headers) => /<([^>]+)>; rel="next"/.exec(headers.get('Link') ?? '')?.[1];

/**
 * @param {string} method
 * @param {Options} options
 * @returns {RequestInit}
 */
function requestOf(method, { body, file, type, headers = {}, signal, keepalive = false }) {
  const limit = AbortSignal.timeout(file === undefined ? patience : uploadPatience);
  const sent = file ?? (body === undefined ? undefined : JSON.stringify(body));
  const all = new Headers({ Accept: 'application/json', ...headers });
  if (sent !== undefined) all.set('Content-Type', type ?? 'application/json');
  return {
    method,
    headers: all,
    body: sent,
    signal: signal ? AbortSignal.any([signal, limit]) : limit,
    credentials: 'same-origin',
    keepalive,
  };
}

/**
 * Asks the service. Whatever goes wrong is a Problem, but for a request that its own signal ended.
 * @param {{ fetch: typeof globalThis.fetch, onUnauthorized: () => void }} deps
 */
export function createClient({ fetch, onUnauthorized }) {
  /**
   * @param {string} method
   * @param {string} path
   * @param {Options} [options]
   * @returns {Promise<Answer>}
   */
  const call = async (method, path, options = {}) => {
    const response = await fetch(path, requestOf(method, options)).catch((error) => {
      if (options.signal?.aborted) throw error;
      throw new Problem({ status: 0, detail: texts.noAnswer });
    });
    if (response.status === 401) onUnauthorized();
    if (!response.ok) throw await problemOf(response);
    const { headers, status } = response;
    const isJson = (headers.get('Content-Type') ?? '').includes('json');
    const body = isJson ? await response.json() : undefined;
    return { status, headers, body, next: nextOf(headers), total: Number(headers.get('X-Total-Count') ?? 0) };
  };
  return {
    call,
    /** @param {string} path @param {Options} [options] */
    get: (path, options) => call('GET', path, options),
    /** @param {string} path @param {unknown} body @param {Options} [options] */
    post: (path, body, options) => call('POST', path, { ...options, body }),
    /** @param {string} path @param {unknown} body */
    put: (path, body) => call('PUT', path, { body }),
    /** @param {string} path @param {Options} [options] */
    remove: (path, options) => call('DELETE', path, options),
  };
}
