import { lengthOf, type Phase, phasesOf } from '../../../k6/lib/phase.ts';
import { type Workload, workloads } from '../../../k6/lib/workloads.ts';
import { type Generated, generate } from './generate.ts';
import type { K6 } from './k6.ts';
import type { LoadOptions } from './options.ts';
import type { Prepared } from './prepare.ts';
import { namedTarget, type Service } from './service.ts';
import { harmOf } from './standing.ts';
import { isThisMachine } from './target.ts';
import type { Look } from './usage.ts';
import type { Watching } from './watch.ts';

export type DriveDeps = Watching & {
  root: string;
  env: NodeJS.ProcessEnv;
  k6: K6;
  service: Service;
  key: string;
  signal: AbortSignal;
  now: () => number;
  print: (line: string) => void;
};

/** What k6 and whoever watched the containers have seen; `cutOff` where it was ended before its time. */
export type Driven = Generated & {
  looks: Look[];
  cutOff: boolean;
  /** What has happened to containers meanwhile. */
  harm: string[];
};

/** The phases of a run, with what was asked for in the place of what is usual. */
export function planned(workload: Workload, { rate, seconds, users }: LoadOptions): Phase[] {
  const { shape: usual } = workload;
  const shape = usual.kind === 'users' && users !== undefined ? { ...usual, users } : usual;
  return phasesOf(shape, {
    rate: rate ?? workload.rate,
    seconds: seconds ?? workload.seconds,
    warmUp: workload.warmUp,
  });
}

/** For k6 to begin, to wait for its last answers and to write down what it has counted. */
const spareSeconds = 60;

/** By a proxy of the environment load would go to whoever that is, or by it to another machine of the same name. */
const direct = { NO_PROXY: '*', no_proxy: '*' };

const settingsFor = ({ service, key }: DriveDeps, { rate, seconds, users }: LoadOptions, prepared: Prepared) => ({
  TARGET: namedTarget(service),
  HOST_NAME: service.name ?? '',
  API_KEY: key,
  PREFIX: prepared.prefix,
  USER_IDS: prepared.userIds.join(','),
  URL_IDS: prepared.urlIds.join(','),
  RATE: `${rate ?? ''}`,
  SECONDS: `${seconds ?? ''}`,
  USERS: `${users ?? ''}`,
  ...(isThisMachine(service.target) ? direct : {}),
});

const unseen = (error: unknown): string[] => [`nobody could look how the containers stand: ${String(error)}`];

/** Sends the load, and watches the containers meanwhile. */
export async function drive(deps: DriveDeps, options: LoadOptions, prepared: Prepared): Promise<Driven> {
  const { watch, print, rest, signal, stand } = deps;
  const { kind } = workloads[options.scenario].shape;
  if (kind === 'stairs') await rest();
  const stood = await stand();
  const ended = new AbortController();
  const looks = watch(AbortSignal.any([ended.signal, signal]));
  let before = 0;
  try {
    const generated = await generate(deps, {
      scenario: options.scenario,
      env: settingsFor(deps, options, prepared),
      seconds: lengthOf(planned(workloads[options.scenario], options)) + spareSeconds,
      progress: ({ seconds, requests, failed, dropped, users }) => {
        const perSecond = (requests - before).toLocaleString('en').padStart(7);
        print(
          `${seconds.toFixed(0).padStart(5)} s ${perSecond}/s  ${users} clients  ${failed} failed  ${dropped} not sent`,
        );
        before = requests;
      },
    });
    ended.abort();
    const harm = await stand().then((standing) => harmOf(stood, standing), unseen);
    return { ...generated, harm, looks: await looks, cutOff: signal.aborted || generated.late };
  } finally {
    ended.abort();
  }
}
