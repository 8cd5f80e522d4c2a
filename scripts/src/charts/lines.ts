/** One line of a chart over seconds; a value that is not there leaves a gap. */
export type Line = { name: string; colour: string; points: readonly (readonly [number, number | undefined])[] };

/** A strip of a chart with an axis of its own. */
export type Strip = { title: string; lines: readonly Line[] };

/** A moment that is marked through all strips. */
export type Mark = { seconds: number; text: string };

type Chart = {
  title: string;
  seconds: number;
  strips: readonly Strip[];
  marks?: readonly Mark[];
  /** Words below the axis where it does not count seconds. */
  ticks?: readonly Mark[];
};

const width = 900;
const left = 64;
const right = 20;
const stripHeight = 130;
const gap = 44;
const head = 40;

const escapes: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const escaped = (text: string): string => text.replace(/[&<>"]/g, (letter) => escapes[letter] ?? letter);
const fixed = (value: number): string => value.toFixed(1);

/** The next of 1, 2, 5, 10 … that is not below the value. */
export function niceTop(value: number): number {
  if (value <= 0) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  return ([1, 2, 5, 10].find((factor) => factor * power >= value) ?? 10) * power;
}

const text = (x: number, y: number, words: string, more = ''): string =>
  `<text x="${fixed(x)}" y="${fixed(y)}" ${more}>${escaped(words)}</text>`;

type Scale = { x: (seconds: number) => number; y: (value: number) => number };

/** A path that begins anew after each gap. */
function path({ points, colour }: Line, { x, y }: Scale): string {
  let open = false;
  const steps = points.flatMap(([seconds, value]) => {
    const letter = open ? 'L' : 'M';
    open = value !== undefined;
    return value === undefined ? [] : [`${letter}${fixed(x(seconds))} ${fixed(y(value))}`];
  });
  return `<path d="${steps.join('')}" fill="none" stroke="${colour}" stroke-width="1.5"/>`;
}

function drawStrip({ title, lines }: Strip, top: number, x: Scale['x']): string[] {
  const values = lines.flatMap(({ points }) => points.flatMap(([, value]) => (value === undefined ? [] : [value])));
  const most = niceTop(Math.max(0, ...values));
  const y = (value: number) => top + stripHeight - (value / most) * stripHeight;
  const grid = [0, most / 2, most].flatMap((value) => [
    `<line x1="${left}" x2="${width - right}" y1="${fixed(y(value))}" y2="${fixed(y(value))}" stroke="#ddd"/>`,
    text(left - 6, y(value) + 4, value.toLocaleString('en'), 'text-anchor="end" fill="#555"'),
  ]);
  const legend = lines.map(({ name, colour }, index) =>
    text(width - right - (lines.length - index - 1) * 120, top - 8, name, `text-anchor="end" fill="${colour}"`),
  );
  return [text(left, top - 8, title, 'fill="#222"'), ...legend, ...grid, ...lines.map((line) => path(line, { x, y }))];
}

const quarters = (seconds: number): Mark[] =>
  [0, 0.25, 0.5, 0.75, 1].map((share) => ({ seconds: share * seconds, text: `${Math.round(share * seconds)} s` }));

/** A chart of strips under each other that share the seconds, as SVG. */
export function drawLines({ title, seconds, strips, marks = [], ticks = quarters(seconds) }: Chart): string {
  const height = head + strips.length * (stripHeight + gap) + 10;
  const x = (at: number) => left + (at / Math.max(1, seconds)) * (width - left - right);
  const drawn = strips.flatMap((strip, index) => drawStrip(strip, head + 24 + index * (stripHeight + gap), x));
  const bottom = height - 22;
  const marked = marks.flatMap(({ seconds: at, text: words }, index) => [
    `<line x1="${fixed(x(at))}" x2="${fixed(x(at))}" y1="${head}" y2="${bottom}" stroke="#888" stroke-dasharray="3 3"/>`,
    text(x(at) + 3, head + 8 + (index % 2) * 12, words, 'fill="#666" font-size="10"'),
  ]);
  const below = ticks.map(({ seconds: at, text: words }) =>
    text(x(at), height - 6, words, 'text-anchor="middle" fill="#555"'),
  );
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="12">`,
    `<rect width="${width}" height="${height}" fill="#fff"/>`,
    text(left, 20, title, 'font-size="15" fill="#111"'),
    ...drawn,
    ...marked,
    ...below,
    '</svg>\n',
  ].join('\n');
}
