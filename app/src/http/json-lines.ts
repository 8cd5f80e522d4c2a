import type { Line } from './bulk.ts';
import { createArrayCutter } from './json-array.ts';
import { AppError } from './problem.ts';
import { textLines, utf8 } from './utf8.ts';

type Options = {
  /** Longest record in characters. */
  longest: number;
};

function toLine(text: string, line: number, longest: number): Line {
  if (text.length > longest) return { kind: 'error', line, error: 'the record is too long' };
  try {
    return { kind: 'value', line, value: JSON.parse(text), size: text.length };
  } catch {
    return { kind: 'error', line, error: 'not JSON' };
  }
}

/** Reads one JSON value a line in constant memory, blank lines apart. A line that is none is reported. */
export async function* ndjsonLines(source: AsyncIterable<Uint8Array>, { longest }: Options): AsyncGenerator<Line> {
  let line = 0;
  for await (const text of textLines(source, longest)) {
    line += 1;
    if (text.trim() !== '') yield toLine(text, line, longest);
  }
}

/** Reads the items of a JSON array in constant memory; `line` is an item's number from 1. No JSON array is a 400. */
export async function* jsonArrayLines(source: AsyncIterable<Uint8Array>, { longest }: Options): AsyncGenerator<Line> {
  const cutter = createArrayCutter(longest);
  let line = 0;
  for await (const chunk of utf8(source)) {
    for (const text of cutter.cut(chunk)) {
      line += 1;
      const item = toLine(text, line, longest);
      if (item.kind === 'error' && text.length <= longest) throw new AppError('malformed', 'The body is not JSON');
      yield item;
    }
  }
  cutter.end();
}
