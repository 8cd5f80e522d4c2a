import { AppError } from './problem.ts';

const notArray = () => new AppError('malformed', 'The body is not a JSON array');
const blank = /^\s*$/;

/** Where brackets and strings stand; tells the characters that end an item of the outermost array. */
function createDepth() {
  let depth = 0;
  let quoted = false;
  let escaped = false;
  const inString = (char: string): void => {
    if (escaped) escaped = false;
    else if (char === '\\') escaped = true;
    else if (char === '"') quoted = false;
  };
  const close = (char: string): boolean => {
    depth -= 1;
    if (depth === 0 && char === '}') throw notArray();
    return depth === 0;
  };
  const endsItem = (char: string): boolean => {
    if (quoted) inString(char);
    else if (char === '"') quoted = true;
    else if (char === '[' || char === '{') depth += 1;
    else if (char === ']' || char === '}') return close(char);
    else return char === ',' && depth === 1;
    return false;
  };
  return { endsItem, inside: () => depth > 0 };
}

/**
 * Cuts the text of a JSON array into the texts of its items while it arrives, so that one item is held and never the
 * array. It knows strings and brackets only: that an item is JSON is for JSON.parse to say. Of an item longer than
 * `longest` no more is kept than shows that it is.
 */
export function createArrayCutter(longest: number) {
  const depth = createDepth();
  let state: 'before' | 'inside' | 'after' = 'before';
  let item = '';
  let items = 0;

  const keep = (part: string): void => {
    if (item.length <= longest) item += part.slice(0, longest + 1 - item.length);
  };
  const outside = (char: string): void => {
    if (blank.test(char)) return;
    if (state === 'after' || char !== '[') throw notArray();
    depth.endsItem(char);
    state = 'inside';
  };
  function* take(): Generator<string> {
    if (!depth.inside()) state = 'after';
    const text = item;
    item = '';
    if (blank.test(text)) {
      if (state === 'after' && items === 0) return;
      throw notArray();
    }
    items += 1;
    yield text;
  }
  function* cut(text: string): Generator<string> {
    let from = 0;
    for (let at = 0; at < text.length; at += 1) {
      const char = text.charAt(at);
      if (state !== 'inside') {
        outside(char);
        from = at + 1;
      } else if (depth.endsItem(char)) {
        keep(text.slice(from, at));
        yield* take();
        from = at + 1;
      }
    }
    if (state === 'inside') keep(text.slice(from));
  }
  const end = (): void => {
    if (state !== 'after') throw notArray();
  };
  return { cut, end };
}
