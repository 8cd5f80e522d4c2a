import { Writable } from 'node:stream';

/** How long lines may wait for company, in milliseconds. */
const longest = 10;

export type GatheredOutput = { readonly stream: Writable; flush(): void };

/**
 * A stream before `target` that hands on what comes within 10 ms in one piece. Each write to a pipe is a system call that
 * wakes its reader, here the engine that keeps the log: under load that cost more than making the lines. A process that is
 * killed takes the last 10 ms of its lines along.
 */
export function gatherOutput(target: { write(text: string): unknown }): GatheredOutput {
  let waiting = '';
  let timer: NodeJS.Timeout | undefined;
  const flush = (): void => {
    clearTimeout(timer);
    timer = undefined;
    if (waiting === '') return;
    const text = waiting;
    waiting = '';
    target.write(text);
  };
  const stream = new Writable({
    decodeStrings: false,
    write(chunk: string | Buffer, _encoding, done) {
      waiting += String(chunk);
      timer ??= setTimeout(flush, longest).unref();
      done();
    },
  });
  return { stream, flush };
}
