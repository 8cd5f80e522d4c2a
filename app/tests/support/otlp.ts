import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

export type ReceivedSpan = { traceId: string; spanId: string; parentId: string; name: string };

/** Length-delimited fields of a protobuf message: number → contents. All that is asked for here is of that kind. */
function fieldsOf(message: Buffer): Map<number, Buffer[]> {
  const fields = new Map<number, Buffer[]>();
  let at = 0;
  const varint = (): number => {
    let value = 0;
    for (let shift = 1; ; shift *= 128) {
      const byte = message[at++] ?? 0;
      value += (byte & 127) * shift;
      if (byte < 128) return value;
    }
  };
  while (at < message.length) {
    const tag = varint();
    const wire = tag & 7;
    if (wire === 0) varint();
    else if (wire === 1) at += 8;
    else if (wire === 5) at += 4;
    else {
      const length = varint();
      const number = Math.floor(tag / 8);
      fields.set(number, [...(fields.get(number) ?? []), message.subarray(at, at + length)]);
      at += length;
    }
  }
  return fields;
}

const inside = (messages: Buffer[], field: number): Buffer[] =>
  messages.flatMap((message) => fieldsOf(message).get(field) ?? []);

/** ExportTraceServiceRequest: resource_spans 1, scope_spans 2, spans 2; in a span trace_id 1, span_id 2, parent 4, name 5. */
function spansIn(body: Buffer): ReceivedSpan[] {
  return inside(inside(inside([body], 1), 2), 2).map((span) => {
    const fields = fieldsOf(span);
    const hex = (number: number) => fields.get(number)?.[0]?.toString('hex') ?? '';
    return { traceId: hex(1), spanId: hex(2), parentId: hex(4), name: fields.get(5)?.[0]?.toString() ?? '' };
  });
}

export type Collector = AsyncDisposable & {
  readonly url: string;
  readonly spans: ReceivedSpan[];
  readonly requests: { path: string; headers: NodeJS.Dict<string | string[]> }[];
};

/** An OTLP collector that remembers what it was sent. */
export async function startCollector(): Promise<Collector> {
  const spans: ReceivedSpan[] = [];
  const requests: Collector['requests'] = [];
  const server = createServer(async (request, response) => {
    requests.push({ path: request.url ?? '', headers: request.headers });
    spans.push(...spansIn(await buffer(request)));
    response.writeHead(200, { 'Content-Type': 'application/x-protobuf' }).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    spans,
    requests,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
