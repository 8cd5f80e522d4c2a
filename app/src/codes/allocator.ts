import type { CodeMaker } from './code-maker.ts';
import type { ShortCode } from './short-code.ts';

type Deps = {
  /** Reserves `size` numbers that nobody else will get, and answers the first. */
  reserveBlock: () => Promise<number>;
  size: number;
  /** How a number becomes a code; asked for once, when the first code is needed. */
  codeMaker: () => Promise<CodeMaker>;
};

export type Allocator = {
  /** A code that no call on any replica has answered before; an alias may hold it already. */
  nextCode(): Promise<ShortCode>;
};

/** The call in flight for whoever else asks; after a failure the next one asks anew. */
function singleFlight<T>(action: () => Promise<T>): () => Promise<T> {
  let flight: Promise<T> | undefined;
  return () => {
    flight ??= action().finally(() => {
      flight = undefined;
    });
    return flight;
  };
}

/**
 * Hands out codes from blocks of numbers. The next block is reserved when half of the current one is used, so that
 * hardly anybody waits for it. What is left of a block when the process ends is a hole, never a duplicate.
 */
export function createAllocator({ reserveBlock, size, codeMaker }: Deps): Allocator {
  let maker: CodeMaker | undefined;
  let block = { next: 0, end: 0 };
  let following: number | undefined;
  const reserve = singleFlight(async () => {
    following ??= await reserveBlock();
  });
  const prefetch = (): void => {
    // A failure shows in the call that needs the block: it reserves again.
    if (following === undefined) reserve().catch(() => {});
  };
  const nextNumber = async (): Promise<number> => {
    while (block.next === block.end) {
      if (following === undefined) await reserve();
      else {
        block = { next: following, end: following + size };
        following = undefined;
      }
    }
    const number = block.next;
    block.next += 1;
    if (block.end - block.next <= size / 2) prefetch();
    return number;
  };
  const nextCode = async (): Promise<ShortCode> => {
    maker ??= await codeMaker();
    for (;;) {
      const code = maker(await nextNumber());
      if (code) return code;
    }
  };
  return { nextCode };
}
