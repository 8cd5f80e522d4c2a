import type { z } from 'zod';
import { settings } from './config-table.ts';
import { isBatchTooLarge } from './config-tracing.ts';
import type { Setting } from './config-values.ts';

type Settings = typeof settings;
export type Config = { readonly [K in keyof Settings]: z.output<Settings[K]['schema']> };
export type Environment = Readonly<Record<string, string | undefined>>;
export type ConfigResult = { kind: 'ok'; config: Config } | { kind: 'problems'; problems: string[] };

type Read = { kind: 'value'; value: string } | { kind: 'problem'; problem: string };

/** A value as it counts: of OpenTelemetry's names an empty one is as good as none, as its specification has it. */
const set = (name: string, value: string | undefined): string | undefined =>
  value === '' && name.startsWith('OTEL_') ? undefined : value;

function readRaw(name: string, fallback: string, env: Environment, readFile: (path: string) => string): Read {
  const path = env[`${name}_FILE`];
  if (path === undefined || path === '') return { kind: 'value', value: set(name, env[name]) ?? fallback };
  if (env[name]) return { kind: 'problem', problem: `${name} and ${name}_FILE are both set: keep one of them` };
  try {
    return { kind: 'value', value: set(name, readFile(path).replace(/\r?\n$/, '')) ?? fallback };
  } catch (cause) {
    return { kind: 'problem', problem: `${name}_FILE: cannot read ${path} (${(cause as Error).message})` };
  }
}

function describeProblem({ name, schema, secret }: Setting<z.ZodType>, value: string): string {
  const seen = secret ? 'the value given (secret, not shown)' : JSON.stringify(value.replace(/\/\/[^/?#]*@/, '//…@'));
  return `${name}: ${seen} is not allowed; allowed: ${schema.description ?? 'see docs/configuration.md'}`;
}

/**
 * Reads the whole environment at once and answers a complete Config, or every problem found.
 * Each `NAME` has a twin `NAME_FILE` whose file holds the value (Docker secrets). An unset setting takes its default.
 */
export function readConfig(env: Environment, readFile: (path: string) => string): ConfigResult {
  const problems: string[] = [];
  const values: Record<string, unknown> = {};
  for (const [key, row] of Object.entries(settings) as [string, Setting<z.ZodType>][]) {
    const raw = readRaw(row.name, row.fallback, env, readFile);
    if (raw.kind === 'problem') {
      problems.push(raw.problem);
      continue;
    }
    const parsed = row.schema.safeParse(raw.value);
    if (parsed.success) values[key] = parsed.data;
    else problems.push(describeProblem(row, raw.value));
  }
  if (isBatchTooLarge(values)) problems.push(describeProblem(settings.batchSize, String(values['batchSize'])));
  return problems.length > 0 ? { kind: 'problems', problems } : { kind: 'ok', config: values as Config };
}

const loopback = new Set(['127.0.0.1', '::1', 'localhost']);

/** Whether API requests need a key: as set, else only where others than this machine can connect. */
export const needsKey = (config: Pick<Config, 'auth' | 'host'>): boolean => config.auth ?? !loopback.has(config.host);

/** Public address that short links begin with, without a slash at the end. */
export const publicAddress = (config: Pick<Config, 'baseUrl' | 'host' | 'port'>): string =>
  (config.baseUrl ?? `http://${config.host.includes(':') ? `[${config.host}]` : config.host}:${config.port}`).replace(
    /\/+$/,
    '',
  );
