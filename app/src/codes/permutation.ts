import { hkdfSync } from 'node:crypto';
import { type HashKey, halfSipHash } from './halfsiphash.ts';

/** A bijection of the whole numbers from 0 to size - 1 onto themselves. */
export type Permutation = { readonly size: number; apply(number: number): number };

type Options = {
  /** Who does not know it can neither tell the next value nor the order of two. */
  secret: string;
  /** The domain is left × right; neither may be above 2^24. */
  left: number;
  right: number;
};

/** Twice as many rounds as a Feistel network needs to look random (Luby and Rackoff: 4), as its halves are small. */
const rounds = 10;

function roundKeys(secret: string): HashKey[] {
  const bytes = new Uint32Array(hkdfSync('sha256', secret, '', 'shortstack codes v1', rounds * 8));
  return Array.from({ length: rounds }, (_, round) => [bytes[2 * round] ?? 0, bytes[2 * round + 1] ?? 0] as const);
}

/**
 * A keyed permutation: a Feistel network whose halves are numbers modulo `left` and `right` (Black and Rogaway,
 * "Ciphers with arbitrary finite domains", 2002), so that it fits the domain exactly and needs no cycle-walking.
 * It depends on the secret and the domain alone, for ever: codes that were handed out must not come again.
 */
export function createPermutation({ secret, left, right }: Options): Permutation {
  const size = left * right;
  const keys = roundKeys(secret);
  const apply = (number: number): number => {
    if (!Number.isInteger(number) || number < 0 || number >= size)
      throw new RangeError(`${number} is not below ${size}`);
    let a = Math.floor(number / right);
    let b = number % right;
    keys.forEach((key, round) => {
      if (round % 2 === 0) a = (a + halfSipHash(key, b)) % left;
      else b = (b + halfSipHash(key, a)) % right;
    });
    return a * right + b;
  };
  return { size, apply };
}
