import { AppError } from './problem.ts';

/** Bytes as text; what is not UTF-8 is a 400. */
export async function* utf8(source: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  const decode = (chunk?: Uint8Array): string => {
    try {
      return decoder.decode(chunk, { stream: chunk !== undefined });
    } catch (cause) {
      throw new AppError('malformed', 'The body is not UTF-8', { cause });
    }
  };
  for await (const chunk of source) yield decode(chunk);
  yield decode();
}

/** Text by lines, which end with LF alone. Of a line longer than `longest` no more is kept than shows that it is. */
export async function* textLines(source: AsyncIterable<Uint8Array>, longest: number): AsyncGenerator<string> {
  let rest = '';
  for await (const chunk of utf8(source)) {
    const parts = (rest + chunk).split('\n');
    rest = (parts.pop() ?? '').slice(0, longest + 1);
    yield* parts;
  }
  if (rest !== '') yield rest;
}
