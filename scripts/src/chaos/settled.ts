import { z } from 'zod';
import { ScriptError } from '../platform/run.ts';
import type { Clock } from './clock.ts';

const answer = z.object({ data: z.object({ startTime: z.iso.datetime({ offset: true }) }) });

const timeout = 3_000;

/** So long after Prometheus began its rules take what is not there for what is on its way (ServiceDown, EndpointDown). */
export const settledAfter = 90_000;

type Deps = { address: string; clock: Clock; signal: AbortSignal; print: (line: string) => void };

async function readStart(address: string): Promise<number> {
  const asked = fetch(`${address}/api/v1/status/runtimeinfo`, { signal: AbortSignal.timeout(timeout) });
  const body = await asked.then((response) => response.json()).catch(() => undefined);
  const { data } = answer.safeParse(body);
  if (!data) throw new ScriptError(`Prometheus at ${address} does not say since when it runs`);
  return Date.parse(data.data.startTime);
}

/** Waits until a Prometheus would say that a service is gone: a drill before that would find its alert late. */
export async function awaitSettled({ address, clock, signal, print }: Deps): Promise<void> {
  const left = (await readStart(address)) + settledAfter - clock.now();
  if (left <= 0) return;
  print(`Prometheus has only begun: waiting ${Math.ceil(left / 1_000)} s until it tells that something is gone`);
  await clock.rest(left, signal);
  if (signal.aborted) throw new ScriptError('interrupted');
}
