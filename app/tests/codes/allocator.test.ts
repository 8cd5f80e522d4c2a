import { expect, test } from '@jest/globals';
import { createAllocator } from '../../src/codes/allocator.ts';
import { createCodeMaker } from '../../src/codes/code-maker.ts';
import { parseCode } from '../../src/codes/short-code.ts';

const size = 10;
const plain = async () => (number: number) => parseCode(String(number));

/** Blocks as a sequence hands them out, with what happened to it. */
function sequence() {
  const calls: number[] = [];
  const reserveBlock = async () => {
    calls.push(calls.length * size);
    return calls.length * size - size;
  };
  return { calls, reserveBlock };
}

test('codes asked for at once are all different and come from as few blocks as hold them', async () => {
  const { calls, reserveBlock } = sequence();
  const { nextCode } = createAllocator({ reserveBlock, size, codeMaker: plain });
  const codes = await Promise.all(Array.from({ length: 35 }, () => nextCode()));
  expect(new Set(codes).size).toBe(35);
  expect(calls.length).toBe(5); // Four hold them; one is ahead.
});

test('the next block is reserved before the current one ends', async () => {
  const { calls, reserveBlock } = sequence();
  const { nextCode } = createAllocator({ reserveBlock, size, codeMaker: plain });
  for (let count = 0; count < 4; count += 1) await nextCode();
  expect(calls.length).toBe(1);
  await nextCode();
  expect(calls.length).toBe(2);
});

test('a block that could not be reserved ahead is asked for again by who needs it', async () => {
  const { reserveBlock } = sequence();
  let fail = false;
  const { nextCode } = createAllocator({
    reserveBlock: () => (fail ? Promise.reject(new Error('away')) : reserveBlock()),
    size,
    codeMaker: plain,
  });
  await nextCode();
  fail = true;
  for (let count = 1; count < size; count += 1) await nextCode();
  await expect(nextCode()).rejects.toThrow('away');
  fail = false;
  expect(await nextCode()).toBe('10');
});

test('a number without a code is passed over', async () => {
  const { reserveBlock } = sequence();
  const codeMaker = async () => (number: number) => (number < 3 ? undefined : parseCode(String(number)));
  const { nextCode } = createAllocator({ reserveBlock, size, codeMaker });
  expect(await nextCode()).toBe('3');
});

test('a secret that cannot be had yet is asked for again', async () => {
  const { reserveBlock } = sequence();
  let there = false;
  const codeMaker = async () => {
    if (!there) throw new Error('away');
    return createCodeMaker('secret');
  };
  const { nextCode } = createAllocator({ reserveBlock, size, codeMaker });
  await expect(nextCode()).rejects.toThrow('away');
  there = true;
  expect(await nextCode()).toHaveLength(7);
});
