import { readMachine } from '../machine/machine.ts';
import { findMissing } from '../machine/requirements.ts';
import { ScriptError } from '../platform/run.ts';
import { waitUntil } from '../platform/wait-until.ts';
import { readCircumstances } from './circumstances.ts';
import type { StepDeps } from './host-steps.ts';
import { type Circumstances, findObstacles } from './preflight.ts';
import type { Server } from './server.ts';
import type { Step } from './steps.ts';

/** A drill that took 84 s with half a CPU (docs/backups.md) needs some minutes with a tenth, and a larger one more. */
const longestBackup = 1_800_000;

async function untilIdle({ print }: Server, look: () => Promise<Circumstances>): Promise<Circumstances> {
  print('waits for the backup or restore drill that runs');
  const idle = async () => {
    const seen = await look();
    return seen.busy ? undefined : seen;
  };
  return (await waitUntil(idle, { every: 1_000, within: longestBackup, now: Date.now })) ?? (await look());
}

/** Goes no further where this machine, or this moment, is none for a deployment. */
export function preflight({ server, request, imageBefore }: StepDeps, arrivedAt: number): Step {
  return {
    name: 'preflight',
    async run() {
      const { root, run, compose, autoscaler } = server;
      const { urgent } = request;
      const machine = findMissing(await readMachine({ run, root }, [], ''), urgent);
      // What a backup costs in time is no reason to fail: it is waited for, if nothing else is in the way.
      const look = () => readCircumstances({ compose, autoscaler }, { askedAt: request.askedAt, arrivedAt });
      const first = await look();
      const seen = first.busy && !urgent ? await untilIdle(server, look) : first;
      if (imageBefore !== '' && !seen.autoscaler) {
        if (!urgent) throw new ScriptError('the autoscaler does not answer');
        server.print('the autoscaler does not answer: it begins anew with the other services');
      }
      const findings = [...machine, ...findObstacles(seen, urgent)];
      for (const { kind, what, remedy } of findings) server.print(`${kind}: ${what}\n  ${remedy}`);
      const [worst] = findings.filter(({ kind }) => kind === 'wrong');
      if (worst) throw new ScriptError(worst.what);
    },
  };
}
