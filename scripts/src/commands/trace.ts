import { parseArgs } from 'node:util';
import { ScriptError } from '../platform/run.ts';
import { firstLines, type LogLine, linesOfCompose, showLine, traceIdOf } from '../trace/log-line.ts';
import { createLookUp } from '../trace/look-up.ts';
import { showSpans } from '../trace/span.ts';
import type { Command } from './command.ts';
import { withHelp } from './help.ts';
import { openStack, type Stack } from './open-stack.ts';

const usage = `usage: scripts/trace REQUEST_ID [--hours N]
Shows what became of one request: its log lines of all services, and the spans of its trace if it was traced (1 % are).
The id stands in the header X-Request-ID of every answer. Where Loki has none of it, or is not there, the containers' own logs are searched.`;

function parse(argv: readonly string[]): { requestId: string; hours: number } {
  const { positionals, values } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: { hours: { type: 'string', default: '24' } },
  });
  const [requestId = ''] = positionals;
  const hours = Number(values.hours);
  if (positionals.length !== 1 || !/^[A-Za-z0-9._-]{1,128}$/.test(requestId) || !(hours > 0))
    throw new ScriptError(usage);
  return { requestId, hours };
}

/** The containers' own logs. */
async function linesOfContainers({ compose }: Stack, requestId: string, hours: number): Promise<LogLine[]> {
  const args = ['logs', '--no-color', '--timestamps', '--since', `${Math.ceil(hours)}h`, 'nginx', 'app'];
  return linesOfCompose((await compose.run(args)).stdout, requestId);
}

/** `trace`: everything that is known of one request. Exit code 1 where nothing is. */
export const trace: Command = withHelp(usage, async (context) => {
  const { hours, requestId } = parse(context.argv);
  const stack = await openStack(context);
  const { JAEGER_PORT = '', LOKI_PORT = '' } = stack.values;
  const lookUp = createLookUp({ jaegerPort: JAEGER_PORT, lokiPort: LOKI_PORT, now: Date.now });
  const lines = await firstLines(
    () => lookUp.lines(requestId, hours),
    () => linesOfContainers(stack, requestId, hours),
  );
  if (lines.length === 0) {
    context.print(`No line of the last ${hours} h names ${requestId}. Above LOG_RATE only a sample is logged.`);
    return 1;
  }
  for (const line of lines) context.print(showLine(line));
  const traceId = traceIdOf(lines);
  const spans = traceId === undefined ? undefined : await lookUp.trace(traceId);
  context.print('');
  if (traceId === undefined) context.print('It was not traced.');
  else if (!spans) context.print(`Trace ${traceId}: Jaeger does not have it, or is not there.`);
  else for (const line of [`Trace ${traceId}`, ...showSpans(spans)]) context.print(line);
  return 0;
});
