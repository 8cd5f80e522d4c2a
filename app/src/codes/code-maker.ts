import { toBase62 } from './base62.ts';
import { createPermutation } from './permutation.ts';
import { parseAlias, type ShortCode } from './short-code.ts';

/** Characters of a generated code, and how its number is cut in halves. */
const length = 7;
const left = 62 ** 4;
const right = 62 ** 3;

/** How many numbers there are: the sequence ends here. */
export const codeNumbers = left * right;

/** From a number to its code; undefined for the few whose code would be a word that is a route. */
export type CodeMaker = (number: number) => ShortCode | undefined;

/** Codes of 7 characters, each number another one, in an order that only the secret tells. */
export function createCodeMaker(secret: string): CodeMaker {
  const permutation = createPermutation({ secret, left, right });
  return (number) => parseAlias(toBase62(permutation.apply(number), length));
}
