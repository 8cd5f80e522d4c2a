import { Writable } from 'node:stream';
import winston from 'winston';
import { gatherOutput } from './gathered-output.ts';

export type Logger = winston.Logger;

type Options = {
  level: string;
  service: string;
  /** Receives each finished line besides stdout: the ring that GET /logs reads. */
  sink?: (line: string) => void;
  /** The trace of a request by its id, where it is traced. */
  traceOf?: (requestId: string) => string | undefined;
};

const secretName = /authorization|cookie|api[-_]?key|token|secret|password/i;

/** Keeps secrets out of the log whoever passes them: by name, at any depth. */
const redact = (key: string, value: unknown): unknown => {
  if (secretName.test(key) && value !== undefined) return '[redacted]';
  return typeof value === 'bigint' ? String(value) : value;
};

const errors = winston.format((info) => {
  const { error } = info;
  if (!(error instanceof Error)) return info;
  const { name, message, stack, cause } = error;
  info.error = { name, message, stack, ...(cause !== undefined && { cause: String(cause) }) };
  return info;
});

const line = (service: string, traceOf: NonNullable<Options['traceOf']>) =>
  winston.format.printf(({ level, message, ...fields }) => {
    const timestamp = new Date().toISOString();
    const { request_id: id } = fields;
    const trace_id = typeof id === 'string' ? traceOf(id) : undefined;
    return JSON.stringify({ timestamp, level, message, service, ...fields, trace_id }, redact);
  });

const lineStream = (sink: (line: string) => void) =>
  new Writable({
    write(chunk: Buffer, _encoding, done) {
      sink(String(chunk).trimEnd());
      done();
    },
  });

/** One for the process, as stdout is. What waits when the process ends leaves before it does. */
const output = gatherOutput(process.stdout, (lines) => {
  const said = {
    timestamp: new Date().toISOString(),
    level: 'warn',
    message: 'log lines dropped',
    service: 'app',
    lines,
  };
  return `${JSON.stringify(said)}\n`;
});
process.once('exit', output.flush);

/** JSON lines on stdout: timestamp, level, message, service, then the fields. Messages are constant, data is in fields. */
export function createLogger({ level, service, sink, traceOf = () => undefined }: Options): Logger {
  const transports: winston.transport[] = [new winston.transports.Stream({ stream: output.stream })];
  if (sink) transports.push(new winston.transports.Stream({ stream: lineStream(sink) }));
  return winston.createLogger({ level, format: winston.format.combine(errors(), line(service, traceOf)), transports });
}

/** Switches a running logger between its usual level and debug (from debug to info), and says so. */
export function toggleDebug(log: Logger, usual: string): void {
  const other = usual === 'debug' ? 'info' : 'debug';
  log.level = log.level === other ? usual : other;
  log.warn('log level changed', { to: log.level });
}
