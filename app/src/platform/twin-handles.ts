import { spawn } from 'node:child_process';
import type { Server } from 'node:net';

/** What `listen` takes for a server that is open already. Node gives it no name. */
export type Handle = object;

/** Milliseconds; a machine that is busy takes a second. */
const longest = 5_000;

/** Takes a server, sends it back as often as asked, and goes. Node turns each into a descriptor of its own. */
const sendBack = `process.once('message', (count, server) => {
  let left = count;
  const sent = () => { left -= 1; if (left === 0) process.exit(); };
  for (let i = 0; i < count; i += 1) process.send(i, server._handle, sent);
});`;

/**
 * More handles for the socket that a server listens to. The kernel has several sockets for one port (SO_REUSEPORT), but
 * not for one path, and Node cannot duplicate a descriptor: one that was passed to another process and back is a
 * duplicate. Takes 40 ms, once. Only for a socket that nobody knows yet: the other process could take a connection.
 * Rejects where that process cannot be started or does not answer.
 */
export async function twinHandles(server: Server, count: number): Promise<Handle[]> {
  if (count === 0) return [];
  const child = spawn(process.execPath, ['-e', sendBack], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    env: {},
    timeout: longest,
    killSignal: 'SIGKILL',
  });
  const handles: Handle[] = [];
  child.on('message', (_number, handle) => handles.push(handle as Handle));
  return await new Promise((resolve, reject) => {
    const missing = () => reject(new Error(`${handles.length} of ${count} handles came back`));
    child.once('error', reject);
    child.once('close', () => (handles.length === count ? resolve(handles) : missing()));
    child.send(count, server, (error) => error && reject(error));
  });
}
