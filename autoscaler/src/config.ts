import { parseEnv } from 'node:util';
import type { z } from 'zod';
import type { Setting } from './config-row.ts';
import { table } from './config-table.ts';

type Table = typeof table;
export type Settings = { readonly [K in keyof Table]: z.output<Table[K]['schema']> };
export type Environment = Readonly<Record<string, string | undefined>>;
export type SettingsResult = { kind: 'ok'; settings: Settings } | { kind: 'problems'; problems: string[] };

type ReadFile = (path: string) => string;
type Read = { kind: 'value'; value: string } | { kind: 'problem'; problem: string };

/** A file of NAME=value lines whose values go before the environment's: what a running process can read again. */
export const settingsFile = 'AUTOSCALER_ENV_FILE';

function readRaw(name: string, fallback: string, env: Environment, readFile: ReadFile): Read {
  const path = env[`${name}_FILE`];
  if (path === undefined || path === '') return { kind: 'value', value: env[name] ?? fallback };
  if (env[name]) return { kind: 'problem', problem: `${name} and ${name}_FILE are both set: keep one of them` };
  try {
    return { kind: 'value', value: readFile(path).replace(/\r?\n$/, '') };
  } catch (cause) {
    return { kind: 'problem', problem: `${name}_FILE: cannot read ${path} (${(cause as Error).message})` };
  }
}

/** What no row can tell alone. */
function contradictions(settings: Settings): string[] {
  const { connections, connectionsPerReplica, connectionsReserve, downWindow, max, min, upWindow } = settings;
  const problems: [boolean, string][] = [
    [min > max, `AUTOSCALER_MIN (${min}) is more than AUTOSCALER_MAX (${max})`],
    [
      upWindow > downWindow,
      'AUTOSCALER_UP_WINDOW_SECONDS is longer than AUTOSCALER_DOWN_WINDOW_SECONDS: it would flap',
    ],
    [
      connectionsPerReplica > 0 && connections - connectionsReserve < min * connectionsPerReplica,
      'AUTOSCALER_CONNECTIONS less its reserve is not enough for AUTOSCALER_MIN replicas',
    ],
  ];
  return problems.flatMap(([wrong, problem]) => (wrong ? [problem] : []));
}

function withFile(env: Environment, readFile: ReadFile): Environment | string {
  const path = env[settingsFile];
  if (path === undefined || path === '') return env;
  try {
    return { ...env, ...parseEnv(readFile(path)) };
  } catch (cause) {
    return `${settingsFile}: cannot read ${path} (${(cause as Error).message})`;
  }
}

/**
 * Reads the whole environment at once and answers complete settings, or every problem found. Each `NAME` has a twin
 * `NAME_FILE` whose file holds the value. Times come out in milliseconds, shares as fractions of 1, memory in bytes.
 */
export function readSettings(environment: Environment, readFile: ReadFile): SettingsResult {
  const env = withFile(environment, readFile);
  if (typeof env === 'string') return { kind: 'problems', problems: [env] };
  const problems: string[] = [];
  const values: Record<string, unknown> = {};
  for (const [key, row] of Object.entries(table) as [string, Setting<z.ZodType>][]) {
    const raw = readRaw(row.name, row.fallback, env, readFile);
    if (raw.kind === 'problem') problems.push(raw.problem);
    else {
      const parsed = row.schema.safeParse(raw.value);
      if (parsed.success) values[key] = parsed.data;
      else
        problems.push(`${row.name}: ${JSON.stringify(raw.value)} is not allowed; allowed: ${row.schema.description}`);
    }
  }
  if (problems.length === 0) problems.push(...contradictions(values as Settings));
  return problems.length > 0 ? { kind: 'problems', problems } : { kind: 'ok', settings: values as Settings };
}
