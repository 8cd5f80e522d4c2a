export type Message = { name: string; id: string | undefined; data: Record<string, unknown> };

export type Stream = AsyncDisposable & {
  readonly status: number;
  readonly headers: Headers;
  /** All messages so far. */
  readonly seen: readonly Message[];
  /** Resolves with the first message that is wanted, past or to come; rejects if the stream ends before. */
  message(wanted: (message: Message) => boolean): Promise<Message>;
  /** Resolves with all messages when the stream has ended. */
  readonly ended: Promise<Message[]>;
};

function parse(block: string): Message | undefined {
  const fields = new Map(
    block.split('\n').map((line): [string, string] => {
      const at = line.indexOf(': ');
      return [line.slice(0, at), line.slice(at + 2)];
    }),
  );
  const data = fields.get('data');
  if (data === undefined) return undefined;
  return { name: fields.get('event') ?? 'message', id: fields.get('id'), data: JSON.parse(data) };
}

/** Opens a stream of server-sent events, as a browser would. */
export async function openStream(url: string, headers: Record<string, string> = {}): Promise<Stream> {
  const ending = new AbortController();
  const response = await fetch(url, { headers, signal: ending.signal });
  const seen: Message[] = [];
  let wake = Promise.withResolvers<void>();
  let over = false;
  const read = async (): Promise<Message[]> => {
    let rest = '';
    const decoder = new TextDecoder();
    for await (const chunk of response.body ?? []) {
      const blocks = (rest + decoder.decode(chunk, { stream: true })).split('\n\n');
      rest = blocks.pop() ?? '';
      seen.push(...blocks.map(parse).filter((message) => message !== undefined));
      wake.resolve();
      wake = Promise.withResolvers();
    }
    return seen;
  };
  const ended = read()
    .catch(() => seen)
    .finally(() => {
      over = true;
      wake.resolve();
    });
  const message = async (wanted: (seen: Message) => boolean): Promise<Message> => {
    for (;;) {
      const next = wake.promise;
      const found = seen.find(wanted);
      if (found) return found;
      if (over) throw new Error(`the stream ended without it: ${JSON.stringify(seen)}`);
      await next;
    }
  };
  const dispose = async (): Promise<void> => {
    ending.abort();
    await ended;
  };
  return { status: response.status, headers: response.headers, seen, message, ended, [Symbol.asyncDispose]: dispose };
}
