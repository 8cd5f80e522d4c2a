import { ScriptError } from '../platform/run.ts';
import { createSecretStore, type SecretStore } from '../secrets/secret-store.ts';
import { readStackSettings } from '../settings.ts';
import { type Autoscaler, createAutoscaler } from '../stack/autoscaler.ts';
import { type Compose, createCompose } from '../stack/compose.ts';
import type { CommandContext } from './command.ts';

/** The stack that the settings in `.env` and in the environment describe. */
export type Stack = {
  values: Readonly<Record<string, string>>;
  secrets: SecretStore;
  compose: Compose;
  autoscaler: Autoscaler;
};

/** Reads the settings and opens the stack; throws every problem of the settings at once. */
export async function openStack({ root, env, run }: Pick<CommandContext, 'root' | 'env' | 'run'>): Promise<Stack> {
  const secrets = createSecretStore({ root });
  const result = readStackSettings({ ...(await secrets.environment()), ...env });
  if (result.kind === 'problems')
    throw new ScriptError(`The settings are wrong:\n${result.problems.map((problem) => `  - ${problem}`).join('\n')}`);
  const compose = createCompose({ run, project: result.values['COMPOSE_PROJECT_NAME'] ?? '' });
  return { values: result.values, secrets, compose, autoscaler: createAutoscaler({ compose }) };
}
