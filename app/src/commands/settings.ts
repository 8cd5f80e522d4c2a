import { readFileSync } from 'node:fs';
import { getHeapStatistics } from 'node:v8';
import { type Config, readConfig } from '../config.ts';
import { heapProblem } from '../kept-in-memory.ts';
import { type CommandContext, CommandError } from './command.ts';

/** The whole configuration, or one error that lists every problem. */
export function loadConfig({ env }: Pick<CommandContext, 'env'>): Config {
  const result = readConfig(env, (path) => readFileSync(path, 'utf8'));
  if (result.kind === 'ok') return result.config;
  throw new CommandError(`The settings are wrong:\n${result.problems.map((problem) => `  - ${problem}`).join('\n')}`);
}

/** The configuration of a process that serves: also what it may keep must fit in its heap. */
export function loadServiceConfig(context: Pick<CommandContext, 'env'>): Config {
  const config = loadConfig(context);
  const problem = heapProblem(config, getHeapStatistics().heap_size_limit);
  if (problem !== undefined) throw new CommandError(problem);
  return config;
}

/** The database's address, or a sentence that says how to give one. */
export function databaseUrl({ databaseUrl: url }: Pick<Config, 'databaseUrl'>): string {
  if (url) return url;
  throw new CommandError(
    'DATABASE_URL is not set: give the address of a Postgres, or use `npm start` for an embedded one',
  );
}
