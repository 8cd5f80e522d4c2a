export const logLevels = ['error', 'warn', 'info', 'debug'] as const;
export type LogLevel = (typeof logLevels)[number];
export type LogLine = Record<string, unknown>;

export type LogRing = {
  /** Keeps a finished line; a text that is not JSON of an object is ignored. */
  push(line: string): void;
  /** The newest lines at least as severe as `level` that contain `filter` in any case, oldest first. */
  read(query: { limit: number; level: LogLevel; filter: string }): LogLine[];
};

/** Lines kept, and the longest that is kept whole, in characters: 8 MB at most. */
const most = 1_000;
const longest = 8_192;

function parse(text: string): LogLine | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as LogLine) : undefined;
  } catch {
    return undefined;
  }
}

function shortened(text: string): string {
  const { timestamp, level, message } = parse(text) ?? {};
  return JSON.stringify({ timestamp, level, message: String(message).slice(0, 1_000), cut: text.length });
}

/** The process's last log lines, in memory, for whoever cannot reach the log itself. */
export function createLogRing(): LogRing {
  const lines: string[] = [];
  let next = 0;
  return {
    push(line) {
      lines[next] = line.length <= longest ? line : shortened(line);
      next = (next + 1) % most;
    },
    read({ limit, level, filter }) {
      const wanted = filter.toLowerCase();
      const found: LogLine[] = [];
      for (let back = 1; back <= lines.length && found.length < limit; back += 1) {
        const text = lines[(next - back + most) % most] ?? '';
        if (!text.toLowerCase().includes(wanted)) continue;
        const line = parse(text);
        const severity = logLevels.indexOf(line?.['level'] as LogLevel);
        if (line && severity <= logLevels.indexOf(level)) found.push(line);
      }
      return found.reverse();
    },
  };
}
