import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';

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

/** In it resource 1, attributes 1; in an attribute key 1, value 2, a text in that 1. */
function servicesIn(body: Buffer): string[] {
  return inside(inside(inside([body], 1), 1), 1).flatMap((attribute) => {
    const fields = fieldsOf(attribute);
    if (fields.get(1)?.[0]?.toString() !== 'service.name') return [];
    return inside(fields.get(2) ?? [], 1).map((text) => text.toString());
  });
}

export type Collector = AsyncDisposable & {
  readonly url: string;
  readonly spans: ReceivedSpan[];
  /** The names of the services that sent something, one a request. */
  readonly services: string[];
  readonly requests: { path: string; headers: NodeJS.Dict<string | string[]> }[];
};

/** An OTLP collector that remembers what it was sent. */
export async function startCollector(): Promise<Collector> {
  const spans: ReceivedSpan[] = [];
  const services: string[] = [];
  const requests: Collector['requests'] = [];
  const server = createServer(async (request, response) => {
    requests.push({ path: request.url ?? '', headers: request.headers });
    const sent = await buffer(request);
    const body = request.headers['content-encoding'] === 'gzip' ? gunzipSync(sent) : sent;
    spans.push(...spansIn(body));
    services.push(...servicesIn(body));
    response.writeHead(200, { 'Content-Type': 'application/x-protobuf' }).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    spans,
    services,
    requests,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
