/** Writes numbers and texts one after the other into a buffer that grows as it must. */
export type Writer = ReturnType<typeof createWriter>;

export function createWriter(size: number) {
  let buffer = Buffer.allocUnsafe(size);
  let at = 0;
  const room = (bytes: number): void => {
    if (at + bytes <= buffer.length) return;
    const larger = Buffer.allocUnsafe(2 * (at + bytes));
    buffer.copy(larger, 0, 0, at);
    buffer = larger;
  };
  const varint = (value: number): void => {
    room(8);
    let rest = value;
    while (rest >= 0x80) {
      buffer[at++] = (rest % 0x80) | 0x80;
      rest = Math.floor(rest / 0x80);
    }
    buffer[at++] = rest;
  };
  return {
    /** A whole number from 0 to 2^53 - 1 in 1 to 8 bytes: LEB128. */
    varint,
    /** A whole number of either sign whose size is below 2^52. */
    signed: (value: number): void => varint(value < 0 ? -2 * value - 1 : 2 * value),
    /** Characters up to U+00FF, one byte each. */
    latin1(text: string): void {
      room(text.length);
      at += buffer.write(text, at, text.length, 'latin1');
    },
    /** Pairs of hex digits, one byte each pair. */
    hex(digits: string): void {
      room(digits.length / 2);
      at += buffer.write(digits, at, digits.length / 2, 'hex');
    },
    text(text: string): void {
      const size = Buffer.byteLength(text);
      varint(size);
      room(size);
      at += buffer.write(text, at, size, 'utf8');
    },
    /** A copy of what was written; the writer begins anew. */
    take(): Buffer {
      const written = Buffer.from(buffer.subarray(0, at));
      at = 0;
      return written;
    },
  };
}

/** Reads what a Writer wrote, in the same order; throws a RangeError at the end of the bytes. */
export function createReader(buffer: Buffer) {
  let at = 0;
  const take = (size: number): Buffer => {
    if (at + size > buffer.length) throw new RangeError('the bytes end too early');
    at += size;
    return buffer.subarray(at - size, at);
  };
  const varint = (): number => {
    let value = 0;
    let scale = 1;
    for (let read = 0; read < 8; read++) {
      const byte = buffer[at++];
      if (byte === undefined) throw new RangeError('the bytes end too early');
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
      scale *= 0x80;
    }
    throw new RangeError('a number has more than 8 bytes');
  };
  return {
    varint,
    signed(): number {
      const value = varint();
      return value % 2 === 1 ? -(value + 1) / 2 : value / 2;
    },
    latin1: (size: number): string => take(size).toString('latin1'),
    hex: (size: number): string => take(size).toString('hex'),
    text: (): string => take(varint()).toString('utf8'),
    ended: (): boolean => at === buffer.length,
  };
}

export type Reader = ReturnType<typeof createReader>;
