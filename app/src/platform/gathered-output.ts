import { Writable } from 'node:stream';

/** How long lines may wait for company, in milliseconds. */
const longest = 10;

/** How much may wait for a target that is not read: some twenty seconds of 500 lines each. */
const mostBytes = 4_194_304;

export type GatheredOutput = { readonly stream: Writable; flush(): void };

/** Such as stdout: `writableLength` is what it has been given and could not pass on yet. */
type Target = { write(text: string): unknown; readonly writableLength: number };

/**
 * A stream before `target` that hands on what comes within 10 ms in one piece. Each write to a pipe is a system call that
 * wakes its reader, here the engine that keeps the log: under load that cost more than making the lines. A process that is
 * killed takes the last 10 ms of its lines along.
 *
 * While `target` has 4 MiB of it unread, as of an engine that hangs, what comes is dropped. `lost` makes the line that then
 * goes before the next piece, of the number of those dropped.
 */
export function gatherOutput(target: Target, lost: (lines: number) => string): GatheredOutput {
  let waiting = '';
  let dropped = 0;
  let timer: NodeJS.Timeout | undefined;
  const flush = (): void => {
    clearTimeout(timer);
    timer = undefined;
    if (waiting === '') return;
    const text = waiting;
    waiting = '';
    if (target.writableLength > mostBytes) {
      dropped += text.split('\n').length - 1;
      return;
    }
    target.write(dropped === 0 ? text : lost(dropped) + text);
    dropped = 0;
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
