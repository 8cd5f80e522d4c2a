import type { Drill } from './drills.ts';
import type { Expectation } from './expectation.ts';
import { describeFault } from './fault.ts';
import { slow } from './recovery.ts';

const least = ({ failedRedirects, refusedWrites }: Expectation['atLeast']): string[] =>
  failedRedirects + refusedWrites === 0
    ? []
    : [`felt: at least ${failedRedirects} redirects failed, ${refusedWrites} writes refused`];

const expected = (expectation: Expectation): string[] => {
  const {
    alert,
    atLeast,
    clicksDoubled,
    clicksLost,
    failedRedirects,
    fastWithin,
    notifyWithin,
    recoverWithin,
    resolvedWithin,
    writes,
  } = expectation;
  return [
    alert === null
      ? 'no alert'
      : `${alert} reaches people within ${notifyWithin} s, its end within ${resolvedWithin} s`,
    failedRedirects === null ? 'redirects may fail while it lasts' : `${failedRedirects} redirects fail`,
    `writes: ${writes}`,
    ...least(atLeast),
    `${clicksLost} clicks lost, ${clicksDoubled} doubled`,
    ...(fastWithin === null ? [] : [`p95 under ${slow} ms within ${fastWithin} s, and from then on while it lasts`]),
    `as before within ${recoverWithin} s of the cure`,
  ];
};

/** What would be done, and what is expected of it, as lines. */
export function planLines(drills: readonly Drill[], of: (name: string) => Expectation): string[] {
  return drills.flatMap(({ name, title, faults, seconds }) => [
    `${name}: ${title}`,
    '  1. prove that all is well: 10 s of traffic without a failure, no alert',
    ...faults.map((fault, index) => `  ${index + 2}. ${describeFault(fault)}`),
    `  ${faults.length + 2}. after ${seconds} s, or when people have been told: put it back`,
    `  ${faults.length + 3}. wait until all is as before; count clicks, link by link`,
    ...expected(of(name)).map((line) => `     expected: ${line}`),
    '',
  ]);
}
