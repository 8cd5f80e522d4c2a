import { spawn } from 'node:child_process';

/**
 * Ends `pid` with `signal` as soon as this process is gone, however it died: a shell in its own session waits for the
 * end of a pipe of which only we hold the other side. Dispose when `pid` has exited, before the number is used again.
 */
export function leash(pid: number, signal: 'INT' | 'QUIT' | 'KILL'): Disposable {
  // SIGCONT: a stopped process would not see the first signal. Children first learn of it from their parent.
  const script = 'while read -r _; do :; done; kill -$1 $0; kill -CONT $0';
  const shell = spawn('/bin/sh', ['-c', script, String(pid), signal], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
    env: {},
  });
  shell.on('error', () => {}); // No shell, no leash: the next start finds what was left.
  shell.unref();
  return { [Symbol.dispose]: () => void shell.kill('SIGKILL') };
}
