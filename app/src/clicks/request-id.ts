import type { Reader, Writer } from './bytes.ts';
import type { RecordedClick } from './click.ts';

type Requested = Pick<RecordedClick, 'requestId' | 'repeated'>;

const asText = 0;
const asHex = 1;
const asUuid = 2;
/** Before the id of a request that was repeated, as none begins with it: a release that does not know it reads an id. */
const mark = '!';

const hex = /^[0-9a-f]{32}$/;
const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

function write(writer: Writer, id: string): void {
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

/** Writes a request's id: nginx's 32 hex digits and a UUID in 17 bytes, any other text as it is. */
export const writeRequestId = (writer: Writer, { requestId, repeated }: Requested): void =>
  write(writer, repeated ? mark + requestId : requestId);

/** 32 hex digits with the dashes of a UUID. */
export const dashed = (digits: string): string =>
  [digits.slice(0, 8), digits.slice(8, 12), digits.slice(12, 16), digits.slice(16, 20), digits.slice(20)].join('-');

function readText(reader: Reader): string {
  const kind = reader.varint();
  if (kind === asText) return reader.text();
  if (kind === asHex) return reader.hex(16);
  if (kind === asUuid) return dashed(reader.hex(16));
  throw new RangeError(`request ids have no kind ${kind}`);
}

/** Reads what writeRequestId wrote. Throws a RangeError for anything else. */
export function readRequestId(reader: Reader): Requested {
  const id = readText(reader);
  return id.startsWith(mark) ? { requestId: id.slice(1), repeated: true } : { requestId: id, repeated: false };
}
