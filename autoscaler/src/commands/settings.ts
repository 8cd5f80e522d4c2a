import { readFileSync } from 'node:fs';
import { type Environment, readSettings, type Settings } from '../config.ts';
import { CommandError } from './command.ts';

const readText = (path: string): string => readFileSync(path, 'utf8');

/** The settings, or one error that lists every problem. */
export function needSettings(env: Environment): Settings {
  const result = readSettings(env, readText);
  if (result.kind === 'ok') return result.settings;
  throw new CommandError(['the settings are not usable:', ...result.problems].join('\n  '));
}

type Deps = { env: Environment; onReload: (problems: readonly string[]) => void };

export type LiveSettings = { current(): Settings; reload(): void };

/** Settings that can be read again while the process runs; where the new ones are bad, the old ones stay. */
export function createLiveSettings({ env, onReload }: Deps): LiveSettings {
  let settings = needSettings(env);
  return {
    current: () => settings,
    reload: () => {
      const result = readSettings(env, readText);
      if (result.kind === 'ok') settings = result.settings;
      onReload(result.kind === 'ok' ? [] : result.problems);
    },
  };
}
