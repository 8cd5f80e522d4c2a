import type { ServiceConfig } from '../../src/compose/core.ts';
import { startService } from '../../src/compose/service.ts';
import { readConfig } from '../../src/config.ts';
import { createTestDatabase } from './stores.ts';

export type TestService = AsyncDisposable & {
  /** Where it answers, without a slash at the end. */
  readonly url: string;
  readonly databaseUrl: string;
};

const usual = {
  PORT: '0',
  LOG_LEVEL: 'error',
  RATE_LIMIT: 'off',
  AUTH: 'off',
  SHEDDING: 'off',
  BASE_URL: 'https://sho.rt',
};

function usualConfig() {
  const result = readConfig(usual, () => '');
  if (result.kind === 'ok') return result.config;
  throw new Error(result.problems.join('\n'));
}

/** The whole service in this process on a free port, with a fresh database unless one is given. */
export async function startTestService(overrides: Partial<ServiceConfig> = {}): Promise<TestService> {
  await using stack = new AsyncDisposableStack();
  const databaseUrl = overrides.databaseUrl ?? stack.use(await createTestDatabase()).url;
  const service = await startService({ config: { ...usualConfig(), ...overrides, databaseUrl }, version: 'test' });
  stack.defer(() => service.stop());
  const owned = stack.move();
  const dispose = (): Promise<void> => owned.disposeAsync();
  return { url: `http://127.0.0.1:${service.port}`, databaseUrl, [Symbol.asyncDispose]: dispose };
}
