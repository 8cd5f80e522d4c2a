import { spawn } from 'node:child_process';

/**
 * Ends `pid` with `signal` as soon as this process is gone, however it died: a shell in its own session waits for the
 * end of a pipe of which only we hold the other side. Dispose when `pid` has exited, before the number is used again.
 */
export function leash(pid: number, signal: 'INT' | 'QUIT' | 'KILL'): Disposable {
  // SIGCONT, as a stopped process sees no other signal but SIGKILL; its children may have been stopped with it.
  const wake = 'kill -CONT $0 $(cat /proc/$0/task/$0/children 2>/dev/null)';
  const script = `while read -r _; do :; done; kill -$1 $0; ${wake}`;
  const shell = spawn('/bin/sh', ['-c', script, String(pid), signal], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
    env: { PATH: '/usr/bin:/bin' },
  });
  shell.on('error', () => {}); // No shell, no leash: the next start finds what was left.
  shell.unref();
  return { [Symbol.dispose]: () => void shell.kill('SIGKILL') };
}
