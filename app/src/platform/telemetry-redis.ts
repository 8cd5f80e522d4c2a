import type { AsyncLocalStorage } from 'node:async_hooks';
import { tracingChannel } from 'node:diagnostics_channel';
import { type Context, type Span, SpanKind, SpanStatusCode, type Tracer } from '@opentelemetry/api';

/** The channel on which the redis package tells of each command, as long as somebody listens. */
const commands = 'node-redis:command';

type Command = { command?: string; error?: unknown };

/** Makes a span of each Redis command of a traced request; the answer ends that. */
export function traceRedis(tracer: Tracer, current: AsyncLocalStorage<Context>): () => void {
  const channel = tracingChannel<Command>(commands);
  const spans = new WeakMap<Command, Span>();
  const end = (command: Command): void => {
    spans.get(command)?.end();
  };
  const subscribers = {
    start(command: Command) {
      const parent = current.getStore();
      if (!parent) return;
      const name = command.command ?? 'command';
      const attributes = { 'db.system.name': 'redis', 'db.operation.name': name };
      spans.set(command, tracer.startSpan(`redis ${name}`, { kind: SpanKind.CLIENT, attributes }, parent));
    },
    end: () => {},
    asyncStart: () => {},
    asyncEnd: end,
    error(command: Command) {
      spans.get(command)?.setStatus({ code: SpanStatusCode.ERROR, message: String(command.error) });
    },
  };
  channel.subscribe(subscribers);
  return () => channel.unsubscribe(subscribers);
}
