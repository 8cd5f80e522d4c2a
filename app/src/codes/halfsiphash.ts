/** A key of HalfSipHash: 64 bits as two words. */
export type HashKey = readonly [number, number];

const rotate = (value: number, bits: number): number => (value << bits) | (value >>> (32 - bits));

/**
 * HalfSipHash-2-4 of one 32-bit word, to 32 bits without a sign: a keyed pseudo-random function that needs nothing but
 * 32-bit arithmetic, so that it costs some ten nanoseconds. Source: J.-P. Aumasson, https://github.com/veorq/SipHash.
 */
export function halfSipHash([k0, k1]: HashKey, word: number): number {
  let v0 = k0;
  let v1 = k1;
  let v2 = 0x6c796765 ^ k0;
  let v3 = 0x74656462 ^ k1;
  const mix = (times: number): void => {
    for (let i = 0; i < times; i += 1) {
      v0 = (v0 + v1) | 0;
      v1 = rotate(v1, 5) ^ v0;
      v0 = rotate(v0, 16);
      v2 = (v2 + v3) | 0;
      v3 = rotate(v3, 8) ^ v2;
      v0 = (v0 + v3) | 0;
      v3 = rotate(v3, 7) ^ v0;
      v2 = (v2 + v1) | 0;
      v1 = rotate(v1, 13) ^ v2;
      v2 = rotate(v2, 16);
    }
  };
  const lengthBlock = 4 << 24;
  for (const block of [word, lengthBlock]) {
    v3 ^= block;
    mix(2);
    v0 ^= block;
  }
  v2 ^= 0xff;
  mix(4);
  return (v1 ^ v3) >>> 0;
}
