import { median } from './measure.ts';
import type { Cost } from './stack-cost.ts';
import type { Way } from './stack-way.ts';
import type { LoadResult } from './wrk.ts';

export type StackRound = { stack: LoadResult; ceiling: LoadResult; cost: Cost; ceilingCost: Cost; clicks: number };

const all = (cost: Cost): number => Object.values(cost).reduce((total, { micros }) => total + micros, 0);

const whole = (value: number): string => Math.round(value).toLocaleString('en-US');

/** Medians over the rounds as Markdown; ratios are taken round by round, so that the machine's drift falls out. */
export function stackReport(rounds: readonly StackRound[], way: Way): string {
  const of = (pick: (round: StackRound) => number) => median(rounds.map(pick));
  const sum = (pick: (round: StackRound) => number) => rounds.reduce((total, round) => total + pick(round), 0);
  const services = [...new Set(rounds.flatMap(({ cost }) => Object.keys(cost)))];
  const costs = services
    .map((name) => ({
      name,
      micros: of(({ cost }) => cost[name]?.micros ?? 0),
      throttled: of(({ cost }) => cost[name]?.throttledSeconds ?? 0),
    }))
    .filter(({ micros }) => micros >= 0.1)
    .toSorted((a, b) => b.micros - a.micros);
  const line = (name: string, load: (round: StackRound) => LoadResult, cost: (round: StackRound) => Cost): string => {
    const speed = [whole(of((round) => load(round).perSecond))];
    const times = [of((round) => load(round).p50), of((round) => load(round).p99), of((round) => all(cost(round)))];
    return `| ${[name, ...speed, ...times.map((value) => value.toFixed(1))].join(' | ')} |`;
  };
  const stack = (round: StackRound) => round.stack;
  const ceiling = (round: StackRound) => round.ceiling;
  const ratio = of((round) => round.stack.perSecond / round.ceiling.perSecond);
  return [
    '| | requests/s | p50 ms | p99 ms | CPU µs a request |',
    '|---|---|---|---|---|',
    line('stack', stack, ({ cost }) => cost),
    line('ceiling', ceiling, ({ ceilingCost }) => ceilingCost),
    '',
    `ratio ${ratio.toFixed(2)}; ${whole(sum((round) => round.stack.requests))} redirects answered, ${whole(sum(({ clicks }) => clicks))} clicks; ${sum((round) => round.stack.broken)} connections broke`,
    `nginx reached replicas and bare servers by ${way}`,
    '',
    '| service | CPU µs a redirect | throttled, s a round |',
    '|---|---|---|',
    ...costs.map(({ name, micros, throttled }) => `| ${name} | ${micros.toFixed(1)} | ${throttled.toFixed(1)} |`),
  ].join('\n');
}
