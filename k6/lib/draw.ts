/**
 * A number in [0, 1) that depends on nothing but its place: the finaliser of MurmurHash3 over stream and index. Whoever
 * knows which iterations ran knows what each of them asked for.
 */
export function draw(stream: number, index: number): number {
  let mixed = (Math.imul(index + 1, 0x9e3779b1) ^ Math.imul(stream + 1, 0x85ebca6b)) >>> 0;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return ((mixed ^ (mixed >>> 16)) >>> 0) / 2 ** 32;
}
