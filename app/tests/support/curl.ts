import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const withValue = new Set(['-H', '-d', '-X', '--data-binary']);

/** For a shell: each word of the curl command and, where it is asked to read it, what is piped to it. */
const standIn = `curl() { printf '%s\\0' "$@"; case " $* " in *' @- '*) cat;; esac; }`;

const fileOf = (value: string, folder: string, piped: string): Promise<string> | string =>
  value === '@-' ? piped : readFile(join(folder, value.slice(1)), 'utf8');

/**
 * Does what a curl command would do, read by a shell as if it were pasted; curl itself need not be there. Addresses of
 * the documents' service become `base`, and files are looked for in `folder`.
 */
export async function paste(command: string, base?: string, folder = '.'): Promise<Response> {
  const { stdout } = await run('/bin/sh', ['-c', `${standIn}\n${command}`]);
  const words = stdout.split('\0');
  const piped = words.pop() ?? '';
  const read = async (value: string) => (value.startsWith('@') ? await fileOf(value, folder, piped) : value);
  const headers: [string, string][] = [];
  let body: string | undefined;
  let method: string | undefined;
  let url = '';
  for (let n = 0; n < words.length; n += 1) {
    const option = words[n] ?? '';
    if (!withValue.has(option)) {
      if (!option.startsWith('-')) url = option;
      continue;
    }
    n += 1;
    const value = words[n] ?? '';
    if (option === '-H') headers.push((await read(value)).split(/: */, 2) as [string, string]);
    else if (option === '-X') method = value;
    else body = await read(value);
  }
  const target = base ? url.replace(/^http:\/\/127\.0\.0\.1:8080/, base) : url;
  method ??= body === undefined ? 'GET' : 'POST';
  return fetch(target, { method, headers, redirect: 'manual', ...(body !== undefined && { body }) });
}
