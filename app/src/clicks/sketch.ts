/**
 * How many different visitors there were, in bounded space. Up to 256 their hashes are kept, so that small days are
 * exact; beyond, 4,096 registers of a HyperLogLog (standard error 1.6 %), read with the improved estimator of
 * O. Ertl, "New cardinality estimation algorithms for HyperLogLog sketches" (2017), which has no bias to correct.
 */
const hashBytes = 8;
const mostExact = 256;
const indexBits = 12;
const registers = 2 ** indexBits;
const rankBits = 64 - indexBits;

/** Bytes of a sketch: its hashes one after the other, or a register a byte, told apart by the size. */
export type Sketch = Buffer;
export const emptySketch: Sketch = Buffer.alloc(0);

const isExact = (sketch: Sketch): boolean => sketch.length < registers;

function addToRegisters(sketch: Sketch, visitor: Buffer): void {
  const high = visitor.readUInt32BE(0);
  const index = high >>> (32 - indexBits);
  // The rank is the place of the first one among the bits that are not the index.
  const rest = (high << indexBits) >>> 0;
  const rank =
    rest !== 0
      ? Math.clz32(rest) + 1
      : Math.min(32 - indexBits + Math.clz32(visitor.readUInt32BE(4)) + 1, rankBits + 1);
  if (rank > (sketch[index] ?? 0)) sketch[index] = rank;
}

function toRegisters(visitors: Iterable<string>): Sketch {
  const sketch = Buffer.alloc(registers);
  for (const visitor of visitors) addToRegisters(sketch, Buffer.from(visitor, 'latin1'));
  return sketch;
}

function exactVisitors(sketch: Sketch): Set<string> {
  const visitors = new Set<string>();
  for (let at = 0; at < sketch.length; at += hashBytes) visitors.add(sketch.toString('latin1', at, at + hashBytes));
  return visitors;
}

/** The sketch with these visitors in it too; the same object where that changes nothing. */
export function addVisitors(sketch: Sketch, visitors: ReadonlySet<string>): Sketch {
  if (!isExact(sketch)) {
    const grown = Buffer.from(sketch);
    for (const visitor of visitors) addToRegisters(grown, Buffer.from(visitor, 'latin1'));
    return grown.equals(sketch) ? sketch : grown;
  }
  const all = exactVisitors(sketch).union(visitors);
  if (all.size * hashBytes === sketch.length) return sketch;
  return all.size <= mostExact ? Buffer.from([...all].join(''), 'latin1') : toRegisters(all);
}

function sigma(share: number): number {
  if (share === 1) return Number.POSITIVE_INFINITY;
  let power = share;
  let weight = 1;
  let sum = share;
  for (let before = -1; sum !== before; ) {
    before = sum;
    power *= power;
    sum += power * weight;
    weight += weight;
  }
  return sum;
}

function tau(share: number): number {
  if (share === 0 || share === 1) return 0;
  let root = share;
  let weight = 1;
  let sum = 1 - share;
  for (let before = -1; sum !== before; ) {
    before = sum;
    root = Math.sqrt(root);
    weight *= 0.5;
    sum -= (1 - root) ** 2 * weight;
  }
  return sum / 3;
}

/** The number of different visitors: exact up to 256, an estimate beyond. */
export function countVisitors(sketch: Sketch): number {
  if (isExact(sketch)) return sketch.length / hashBytes;
  const having = new Array<number>(rankBits + 2).fill(0);
  for (const rank of sketch) having[rank] = (having[rank] ?? 0) + 1;
  let sum = registers * tau(1 - (having[rankBits + 1] ?? 0) / registers);
  for (let rank = rankBits; rank >= 1; rank--) sum = 0.5 * (sum + (having[rank] ?? 0));
  sum += registers * sigma((having[0] ?? 0) / registers);
  return Math.round(registers ** 2 / (2 * Math.LN2 * sum));
}
