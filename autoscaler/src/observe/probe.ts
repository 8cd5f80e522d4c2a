import { Agent, type RequestOptions, request } from 'node:http';
import type { ReadyPage } from './observation.ts';

type Answer = { status: number; body: string };

/** A ready page is short; a longer one is cut, and then tells no figures. */
const keptBody = 16_384;

const bySocket = /^http:\/\/unix:([^:]+):(\/.*)$/;

/** Where a url leads, also one of nginx's kind for a unix socket: `http://unix:/folder/name.sock:/page`. */
function targetOf(url: string): RequestOptions {
  const [, socketPath, path] = bySocket.exec(url) ?? [];
  if (socketPath !== undefined && path !== undefined) return { socketPath, path };
  const { hostname, pathname, port, search } = new URL(url);
  return { hostname: hostname.replace(/^\[|\]$/g, ''), port, path: pathname + search };
}

/** One GET on a connection of its own: a probe shall see what a new client would see. */
const get = (url: string, timeout: number, signal: AbortSignal): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const limit = AbortSignal.any([signal, AbortSignal.timeout(timeout)]);
    const agent = new Agent({ keepAlive: false });
    const sent = request({ ...targetOf(url), agent, signal: limit }, (response) => {
      let body = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        body = (body + chunk).slice(0, keptBody);
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body }));
      response.on('error', reject);
    });
    sent.on('error', reject);
    sent.end();
  });

const figure = (body: Record<string, unknown>, name: string): number | null => {
  const value = body[name];
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
};

/** Reads a ready page. Its figures `in_flight`, `lag_ms` and `version` are optional, and so is that it is JSON. */
export function parseReadyPage({ status, body }: Answer): ReadyPage {
  let parsed: unknown;
  try {
    parsed = JSON.parse(body);
  } catch {
    parsed = null;
  }
  const fields = typeof parsed === 'object' && parsed !== null ? (parsed as Record<string, unknown>) : {};
  const { version } = fields;
  return {
    status,
    ready: status >= 200 && status < 300,
    inFlight: figure(fields, 'in_flight'),
    lag: figure(fields, 'lag_ms'),
    version: typeof version === 'string' ? version : null,
  };
}

/** Asks a replica's ready page by its own address. Rejects when nothing answers in `timeout` milliseconds. */
export const probe = async (url: string, timeout: number, signal: AbortSignal): Promise<ReadyPage> =>
  parseReadyPage(await get(url, timeout, signal));

/** Asks for a text such as the edge's generation, on a new connection. */
export const fetchText = async (url: string, timeout: number, signal: AbortSignal): Promise<string> => {
  const { status, body } = await get(url, timeout, signal);
  if (status !== 200) throw new Error(`${url} answered ${status}`);
  return body.trim();
};

/**
 * Sends one request to warm a replica up; whether it answered, and with anything but a server error. 503 is none: what
 * it depends on may be away, and whether it may enter all the same is for its ready page to say.
 */
export const touch = async (url: string, timeout: number, signal: AbortSignal): Promise<boolean> => {
  try {
    const { status } = await get(url, timeout, signal);
    return status < 500 || status === 503;
  } catch {
    return false;
  }
};
