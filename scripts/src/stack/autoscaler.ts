import { z } from 'zod';
import { ScriptError } from '../platform/run.ts';
import type { Compose } from './compose.ts';

const replica = z.object({
  name: z.string(),
  state: z.string(),
  failure: z.string().nullable(),
  release: z.string().nullable(),
  in_upstream: z.boolean(),
  restarts: z.number().optional(),
  ready: z.boolean().nullable(),
  version: z.string().nullable(),
  in_flight: z.number().nullable(),
  cpu: z.number().nullable(),
});

const release = z.object({ id: z.string(), image: z.string(), at: z.string() });

const rollout = z.object({
  to: release,
  from: release,
  by: z.string(),
  startedAt: z.string(),
  phase: z.string(),
  cause: z.string().nullable(),
});

const status = z.object({
  acting: z.boolean(),
  paused: z.boolean(),
  pinned: z.number().nullable(),
  decision: z.object({ desired: z.number(), wanted: z.number(), reason: z.string() }).nullable(),
  edge: z.object({ state: z.string(), generation: z.number().nullable() }).nullable(),
  replicas: z.array(replica),
  release: release.nullable(),
  rollout: rollout.nullable(),
  releases: z.array(release.extend({ outcome: z.string(), cause: z.string().nullable(), by: z.string() })),
  decisions: z.array(z.object({ at: z.string(), desired: z.number(), wanted: z.number(), reason: z.string() })),
});

/** What the autoscaler sees, thinks and has been told. */
export type Status = z.output<typeof status>;
export type Replica = Status['replicas'][number];

/** Reads an answer of its control API. */
export const parseStatus = (text: string): Status => status.parse(JSON.parse(text));

type Deps = { compose: Compose };

/** The running autoscaler, asked by its own verbs inside its container: its socket is nowhere else. */
export type Autoscaler = {
  /** Undefined while it does not answer. */
  status(): Promise<Status | undefined>;
  /** Runs a verb and answers what it printed; throws what it said when it refused. */
  ask(...words: readonly string[]): Promise<string>;
  /** Runs a verb whose progress is shown as it comes; answers its exit code. */
  follow(...words: readonly string[]): Promise<number>;
};

const main = 'autoscaler/src/main.ts';

export function createAutoscaler({ compose }: Deps): Autoscaler {
  const exec = (words: readonly string[], show = false) =>
    compose.run(['exec', '-T', 'autoscaler', 'node', main, ...words], {}, show);
  return {
    async status() {
      const { code, stdout } = await exec(['status']);
      if (code !== 0) return undefined;
      return parseStatus(stdout);
    },
    async ask(...words) {
      const { code, stdout, stderr } = await exec(words);
      if (code !== 0) throw new ScriptError(`the autoscaler refuses: ${(stderr || stdout).trim()}`);
      return stdout.trim();
    },
    follow: async (...words) => (await exec(words, true)).code,
  };
}

/** Replicas that nginx sends traffic to. */
export const serving = ({ replicas }: Status): Replica[] => replicas.filter(({ state }) => state === 'serving');
