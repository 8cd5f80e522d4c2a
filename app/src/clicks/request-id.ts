import type { Reader, Writer } from './bytes.ts';

const asText = 0;
const asHex = 1;
const asUuid = 2;

const hex = /^[0-9a-f]{32}$/;
const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** Writes a request id: nginx's 32 hex digits and a UUID in 17 bytes, any other text as it is. */
export function writeRequestId(writer: Writer, id: string): void {
  if (id.length === 32 && hex.test(id)) {
    writer.varint(asHex);
    writer.hex(id);
  } else if (id.length === 36 && uuid.test(id)) {
    writer.varint(asUuid);
    writer.hex(id.replaceAll('-', ''));
  } else {
    writer.varint(asText);
    writer.text(id);
  }
}

/** 32 hex digits with the dashes of a UUID. */
export const dashed = (digits: string): string =>
  [digits.slice(0, 8), digits.slice(8, 12), digits.slice(12, 16), digits.slice(16, 20), digits.slice(20)].join('-');

export function readRequestId(reader: Reader): string {
  const kind = reader.varint();
  if (kind === asText) return reader.text();
  if (kind === asHex) return reader.hex(16);
  if (kind === asUuid) return dashed(reader.hex(16));
  throw new RangeError(`request ids have no kind ${kind}`);
}
