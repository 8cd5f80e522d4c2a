import { type ClientHttp2Session, type ClientHttp2Stream, connect, constants } from 'node:http2';
import { httpsPort } from './place.ts';

const { NGHTTP2_REFUSED_STREAM, NGHTTP2_CANCEL } = constants;

/** Resolves with the status of a whole answer; rejects with the error of a stream that ended before it. */
function answerOf(stream: ClientHttp2Stream, body: string, patience: number): Promise<number> {
  return new Promise((resolve, reject) => {
    let status = 0;
    let failed: Error | undefined;
    stream.setTimeout(patience, () => stream.close(NGHTTP2_CANCEL));
    stream.on('response', (headers) => {
      status = Number(headers[':status']);
    });
    stream.on('error', (error) => {
      failed = error;
    });
    stream.on('close', () => {
      if (stream.rstCode === 0 && status > 0 && !failed) resolve(status);
      else reject(failed ?? new Error(`no answer, code ${stream.rstCode}`));
    });
    stream.resume();
    if (body !== '') stream.end(body);
  });
}

/**
 * A client with one connection of HTTP/2 at a time, as a browser's. A goodbye (GOAWAY) ends the connection for what comes
 * next. Only what the server says it has not begun is sent again, whatever it asks for: `again` says how often it was.
 * Source: RFC 9113, 6.8 and 8.7 (a stream above the goodbye's last one "was not processed", and is refused with its code).
 */
export function openHttp2Client(patience: number) {
  let session: ClientHttp2Session | undefined;
  const current = (): ClientHttp2Session => {
    if (session && !session.closed && !session.destroyed) return session;
    const opened = connect(`https://127.0.0.1:${httpsPort}`, { rejectUnauthorized: false });
    // What it does to a request is that request's error.
    opened.on('error', () => {});
    session = opened;
    return opened;
  };
  let again = 0;
  return {
    async send(method: string, path: string, headers: Record<string, string>, body: string): Promise<number> {
      for (;;) {
        const stream = current().request({ ...headers, ':method': method, ':path': path }, { endStream: body === '' });
        try {
          return await answerOf(stream, body, patience);
        } catch (error) {
          if (stream.rstCode !== NGHTTP2_REFUSED_STREAM) throw error;
          again += 1;
        }
      }
    },
    again: () => again,
    close: () => session?.destroy(),
  };
}
