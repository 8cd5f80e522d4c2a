import type { Reader, Writer } from './bytes.ts';
import type { RecordedClick } from './click.ts';

type Requested = Pick<RecordedClick, 'requestId' | 'repeated'>;

const asText = 0;
const asHex = 1;
const asUuid = 2;
/** Added to the kind of an id whose request was repeated. */
const ofRepeated = 4;

const hex = /^[0-9a-f]{32}$/;
const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** Writes a request's id: nginx's 32 hex digits and a UUID in 17 bytes, any other text as it is. */
export function writeRequestId(writer: Writer, { requestId: id, repeated }: Requested): void {
  const mark = repeated ? ofRepeated : 0;
  if (id.length === 32 && hex.test(id)) {
    writer.varint(asHex + mark);
    writer.hex(id);
  } else if (id.length === 36 && uuid.test(id)) {
    writer.varint(asUuid + mark);
    writer.hex(id.replaceAll('-', ''));
  } else {
    writer.varint(asText + mark);
    writer.text(id);
  }
}

/** 32 hex digits with the dashes of a UUID. */
export const dashed = (digits: string): string =>
  [digits.slice(0, 8), digits.slice(8, 12), digits.slice(12, 16), digits.slice(16, 20), digits.slice(20)].join('-');

function readText(reader: Reader, kind: number): string {
  if (kind === asText) return reader.text();
  if (kind === asHex) return reader.hex(16);
  if (kind === asUuid) return dashed(reader.hex(16));
  throw new RangeError(`request ids have no kind ${kind}`);
}

/** Reads what writeRequestId wrote. Throws a RangeError for anything else. */
export function readRequestId(reader: Reader): Requested {
  const kind = reader.varint();
  const repeated = kind >= ofRepeated;
  return { requestId: readText(reader, repeated ? kind - ofRepeated : kind), repeated };
}
