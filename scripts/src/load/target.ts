import { isIPv4 } from 'node:net';
import { ScriptError } from '../platform/run.ts';

const isLoopback = (host: string): boolean =>
  host === 'localhost' || host === '[::1]' || (isIPv4(host) && host.startsWith('127.'));

/** Whether an address is this machine, whatever a name server says. */
export const isThisMachine = (target: string): boolean => isLoopback(new URL(target).hostname);

function parse(text: string): URL {
  const url = URL.parse(text);
  if (!url || !/^https?:$/.test(url.protocol) || url.pathname !== '/' || url.search || url.username)
    throw new ScriptError(`${text}: an address such as http://127.0.0.1:8080`);
  return url;
}

/**
 * The address to load, without a slash at its end; undefined when none was given. Load on somebody else's machine is an
 * attack, so an address that is not this machine must have been given twice.
 */
export function allowedTarget(given: readonly string[]): string | undefined {
  const [first, ...more] = given;
  if (first === undefined) return undefined;
  const { origin, hostname } = parse(first);
  if (more.some((other) => parse(other).origin !== origin) || more.length > 1)
    throw new ScriptError('--target: one address, and the same one again if it is not this machine');
  if (!isLoopback(hostname) && more.length === 0)
    throw new ScriptError(`${origin} is not this machine. Give --target ${origin} twice if you may load it.`);
  return origin;
}
