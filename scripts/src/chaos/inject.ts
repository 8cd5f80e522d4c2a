import { setTimeout as sleep } from 'node:timers/promises';
import { must, type Run } from '../platform/run.ts';
import type { Autoscaler } from '../stack/autoscaler.ts';
import { emptyDisk, fillDisk } from './disk.ts';
import type { Aim, Fault, Undo } from './fault.ts';
import { removeOwnStack } from './own-stack.ts';
import { stateOf } from './state.ts';
import { tellAgain } from './told.ts';

type Deps = {
  run: Run;
  autoscaler: Pick<Autoscaler, 'ask'>;
  /** So many times the usual traffic. */
  traffic: (times: number) => void;
  revokeKey: (name: string) => Promise<void>;
  signal: AbortSignal;
};

/** Does to the stack what a fault says, and puts it back. */
export type Injector = {
  inject(fault: Fault, aims: readonly Aim[]): Promise<void>;
  revert(undo: Undo): Promise<void>;
};

async function reload(run: Run, id: string, fault: Fault & { kind: 'reloads' }, signal: AbortSignal): Promise<void> {
  for (let count = 0; count < fault.times && !signal.aborted; count += 1) {
    await must(run('docker', ['kill', '--signal', 'HUP', id]), 'reloading nginx');
    await sleep(fault.every, undefined, { signal }).catch(() => {});
  }
}

const pauseTries = 3;

/** Pauses containers. The engine gives up where a process is being born or waits for the disk; a moment later it can. */
async function pause(run: Run, ids: readonly string[], tries = pauseTries): Promise<void> {
  const paused = run('docker', ['pause', ...ids]);
  if ((await paused).code === 0) return;
  const states = await Promise.all(ids.map((id) => stateOf(run, id)));
  const left = ids.filter((_id, index) => !states[index]?.startsWith('paused'));
  if (tries > 1 && left.length > 0) await pause(run, left, tries - 1);
  else if (left.length > 0) await must(paused, `docker pause ${left.join(' ')}`);
}

/** One that is gone, or was put back before, is as it should be. */
async function putBack(run: Run, { kind, container }: Undo & { kind: 'start' | 'unpause' }): Promise<void> {
  const seen = await stateOf(run, container);
  const needed = kind === 'unpause' ? seen.startsWith('paused') : /^(exited|created|dead)/.test(seen);
  if (needed) await must(run('docker', [kind, container]), `docker ${kind} ${container}`);
}

export function createInjector({ run, autoscaler, revokeKey, traffic, signal }: Deps): Injector {
  const docker = (...args: readonly string[]) => must(run('docker', args), `docker ${args.join(' ')}`);
  return {
    async inject(fault, aims) {
      const ids = aims.map(({ id }) => id);
      if (fault.kind === 'traffic') traffic(fault.times);
      else if (fault.kind === 'fill') await fillDisk(run, ids[0] ?? '', fault.file);
      else if (fault.kind === 'reloads') await reload(run, ids[0] ?? '', fault, signal);
      else if (fault.kind === 'crash')
        await docker('exec', ids[0] ?? '', 'sh', '-c', `kill -9 "$(cat ${fault.process})"`);
      else {
        if (fault.kind === 'replicas') await autoscaler.ask('pause');
        const pauses = fault.kind === 'pause' || (fault.kind === 'replica' && fault.how === 'pause');
        await (pauses ? pause(run, ids) : docker('kill', ...ids));
      }
    },
    async revert(undo) {
      if (undo.kind === 'calm') traffic(1);
      else if (undo.kind === 'resume-autoscaler') await tellAgain(autoscaler, undo);
      else if (undo.kind === 'revoke-key') await revokeKey(undo.name);
      else if (undo.kind === 'empty') await emptyDisk(run, undo.container, undo.file);
      else if (undo.kind === 'own-stack') await removeOwnStack(run, undo);
      else await putBack(run, { kind: undo.kind, container: undo.container });
    },
  };
}
