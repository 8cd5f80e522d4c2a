import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from '@jest/globals';
import type { CommandContext } from '../../src/commands/command.ts';
import type { Stack } from '../../src/commands/open-stack.ts';
import type { Run } from '../../src/platform/run.ts';
import { createSecretStore } from '../../src/secrets/secret-store.ts';
import type { Autoscaler } from '../../src/stack/autoscaler.ts';
import type { Compose } from '../../src/stack/compose.ts';
import { container, healthy } from '../support.ts';

/** Where a verb is killed: at its n-th step, before or after that is done. */
export type End = { step: number; when: 'before' | 'after' };

const killed = new Error('killed');

/** Counts what is done to the world outside of this process, and throws at the one where it ends. */
function createSteps(end: End | undefined) {
  let count = 0;
  const step = async <T>(work: () => Promise<T>): Promise<T> => {
    count += 1;
    // One may have others inside.
    const isLast = end?.step === count;
    if (isLast && end?.when === 'before') throw killed;
    const done = await work();
    if (isLast) throw killed;
    return done;
  };
  /** The same functions, each of them a step. */
  const each = <T extends object>(functions: T): T =>
    Object.fromEntries(
      Object.entries(functions).map(([name, work]) => [name, (...args: unknown[]) => step(() => work(...args))]),
    ) as T;
  return { each, taken: () => count };
}

const good = { code: 0, stdout: '', stderr: '' };

export type World = {
  root: string;
  values: Record<string, string>;
  services: readonly string[];
  /** What is run in a container, by its service. */
  exec: (service: string, program: readonly string[], input?: string) => ReturnType<Run>;
};

/** A stack whose containers are those of a test, and whose verb ends where it is told; `taken` counts its steps. */
export function openEnded({ root, values, services, exec }: World, end?: End) {
  const steps = createSteps(end);
  const run: Run = async (_docker, [verb = '', , id = '', ...program], options) => {
    if (verb === 'image') return { ...good, stdout: 'sha256:1' };
    return verb === 'exec' ? await exec(id, program, options?.input) : good;
  };
  const composed = async ([verb = '', , service = '', ...program]: readonly string[]) => {
    if (verb === 'config') return { ...good, stdout: '{"services":{}}' };
    return verb === 'exec' ? await exec(service, program) : good;
  };
  const compose = {
    list: async () => services.map((service) => container({ service, id: service })),
    hash: async () => 'hash',
    remove: async () => {},
    ...steps.each({ run: composed }),
  } as unknown as Compose;
  const autoscaler = {
    status: async () => healthy,
    ...steps.each({ follow: async () => 0 }),
  } as unknown as Autoscaler;
  const secrets = { ...createSecretStore({ root }), ...pick(root, steps.each) };
  const context: CommandContext = { root, env: {}, argv: [], print: () => {}, ...steps.each({ run }) };
  const stack: Stack = { values, secrets, compose, autoscaler };
  return { context, stack, taken: steps.taken };
}

function pick(root: string, each: <T extends object>(functions: T) => T) {
  const { ensure, remember, renew, settle } = createSecretStore({ root });
  return each({ ensure, remember, renew, settle });
}

/** Every step of a verb that is not killed, before and after it. */
const everyEnd = (taken: number): End[] =>
  Array.from({ length: taken }, (_, index) => index + 1).flatMap((step) => [
    { step, when: 'before' },
    { step, when: 'after' },
  ]);

/** A folder with secrets, as `scripts/up` makes it. */
export async function makeRoot(): Promise<AsyncDisposable & { root: string }> {
  const root = await mkdtemp(join(tmpdir(), 'ended-'));
  await createSecretStore({ root }).ensure();
  return { root, [Symbol.asyncDispose]: () => rm(root, { recursive: true }) };
}

const isKilled = (error: unknown): boolean => error === killed;

/** What stands in a file of secrets. */
export const password = (root: string, name: string) => readFile(join(root, '.secrets', name), 'utf8');
export const answer = (stdout: string) => ({ code: 0, stdout, stderr: '' });
export const nothing = async () => answer('');

export type Case = {
  services: readonly string[];
  exec?: World['exec'];
  values?: Record<string, string>;
  /** Brings what keeps the secret to that of the folder. */
  begin?: (root: string) => Promise<unknown>;
  renew: (context: CommandContext, stack: Stack) => Promise<void>;
  /** What holds wherever it was killed. */
  meanwhile?: (root: string) => Promise<void>;
  /** What holds when it has ended well; `old` are all files and settings before. */
  verify: (root: string, old: Record<string, string>) => Promise<void>;
};

/** All files of secrets, and what `.env` says. */
export async function everything(root: string): Promise<Record<string, string>> {
  const names = await readdir(join(root, '.secrets'));
  const files = await Promise.all(names.map(async (name) => [name, await password(root, name)]));
  return { ...Object.fromEntries(files), ...(await createSecretStore({ root }).environment()) };
}

/** Kills it at a step, or nowhere, and runs it again; answers how many steps it takes. */
async function renewTwice({ services, exec = nothing, values = {}, begin, renew, meanwhile, verify }: Case, end?: End) {
  await using made = await makeRoot();
  const { root } = made;
  await begin?.(root);
  const old = await everything(root);
  const world = { root, values, services, exec };
  const first = openEnded(world, end);
  const ended = await renew(first.context, first.stack).catch((error: unknown) => error);
  if (end && !isKilled(ended)) throw new Error(`it went on: ${String(ended)}`);
  if (!end && ended) throw ended;
  await meanwhile?.(root);
  const again = openEnded(world);
  if (end) await renew(again.context, again.stack);
  await verify(root, old);
  const left = (await readdir(join(root, '.secrets'))).filter((name) => /\.before$|renewal/.test(name));
  expect(left).toEqual([]);
  return first.taken();
}

/** As one case a step: what fails says where it was killed. */
export async function renewWithEveryEnd(of: Case): Promise<void> {
  const taken = await renewTwice(of);
  expect(taken).toBeGreaterThan(1);
  for (const end of everyEnd(taken))
    await renewTwice(of, end).catch((cause: Error) => {
      throw new Error(`killed ${end.when} step ${end.step} of ${taken}: ${cause.message}`, { cause });
    });
}
