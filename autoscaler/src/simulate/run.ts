import { isLost, type Machine, useOf } from './machine.ts';
import type { Scaler } from './scaler.ts';
import type { Scenario } from './scenario.ts';

export type Second = {
  second: number;
  cpus: number;
  serving: number;
  wished: number;
  saturated: boolean;
  lost: boolean;
};

export type Summary = {
  /** Seconds whose requests missed their objective. */
  lost: number;
  saturated: number;
  peak: number;
  /** Replica-seconds over seconds: what it cost. */
  mean: number;
  changes: number;
  /** Changes that undid the one before within a minute. */
  flaps: number;
};

/** Runs one scaler against one load on one machine, second by second. */
export function simulate({ at, seconds }: Scenario, scaler: Scaler, machine: Machine, replicas: number): Second[] {
  const done: Second[] = [];
  let serving = replicas;
  let starting: number[] = [];
  for (let second = 0; second < seconds; second += 1) {
    serving += starting.filter((ready) => ready <= second).length;
    starting = starting.filter((ready) => ready > second);
    const { blind, cpus } = at(second);
    const use = blind ? null : useOf(machine, serving, cpus);
    const uses = Array.from({ length: serving }, () => use);
    const wish = scaler({ second, serving, starting: starting.length, uses });
    const more = wish.replicas - serving - starting.length;
    if (more > 0) starting = [...starting, ...Array.from({ length: more }, () => second + machine.startUp)];
    if (more < 0) {
      const dropped = Math.min(starting.length, -more);
      starting = starting.slice(0, starting.length - dropped);
      serving = Math.max(1, serving + more + dropped);
    }
    const { replicas: wished, saturated } = wish;
    done.push({ second, cpus, serving, wished, saturated, lost: isLost(machine, serving, cpus) });
  }
  return done;
}

const flapWithin = 60;

/** What a run comes to. */
export function summarise(run: readonly Second[]): Summary {
  const moves = run.flatMap(({ second, wished }, index) => {
    const by = wished - (run[index - 1]?.wished ?? wished);
    return by === 0 ? [] : [{ second, by }];
  });
  const flaps = moves.filter(({ by, second }, index) => {
    const before = moves[index - 1];
    return before !== undefined && Math.sign(before.by) !== Math.sign(by) && second - before.second < flapWithin;
  });
  return {
    lost: run.filter(({ lost }) => lost).length,
    saturated: run.filter(({ saturated }) => saturated).length,
    peak: Math.max(0, ...run.map(({ serving }) => serving)),
    mean: run.reduce((sum, { serving }) => sum + serving, 0) / Math.max(1, run.length),
    changes: moves.length,
    flaps: flaps.length,
  };
}
