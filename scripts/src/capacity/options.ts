import { parseArgs } from 'node:util';
import { ScriptError } from '../platform/run.ts';
import { type Demand, day } from './plan.ts';
import { type Profile, profiles } from './profiles.ts';

/** How many times the average the busiest moment is, where nobody says. */
const busiest = 10;

export const capacityUsage = `usage: npm run capacity -- [options]

Works out what a demand takes of a machine, from figures that were measured (docs/capacity.json).

  --rate N             redirects/s at the busiest moment (100)
  --hit-ratio N        share of them for links that a replica knows, 0 to 1 (0.9)
  --creates N          creates/s at the busiest moment (2)
  --clicks-per-day N   what disk and transfer are worked out from (those of a day whose busiest moment is ${busiest} times its average)
  --links-per-day N    links with a click on a usual day (20000)
  --urls N             (1000000)
  --retention MONTHS   months of events; 0 keeps all (6)
  --profile NAME       what runs: core, or observability or full, which are measured at rest (core)
  --write              write docs/capacity-plan.md for this demand instead of printing it
  --redirects FILE     take the CPU of a redirect from results of hot-key at several rates, on the core profile; give it
                       two times or more
  --usable FILE        take the share of the CPUs that may be busy from what a climb saw in use at its knee
  --breakpoint FILE    take the knee that is to be predicted from the result of another climb
`;

export type CapacityOptions = {
  demand: Demand;
  write: boolean;
  redirects: string[];
  usable: string | undefined;
  breakpoint: string | undefined;
};

const defaults = {
  rate: 100,
  'hit-ratio': 0.9,
  creates: 2,
  'links-per-day': 20_000,
  urls: 1_000_000,
  retention: 6,
};

/** Clicks of a day whose busiest moment has this rate. */
const usualClicks = (rate: number): number => Math.round((rate * day) / busiest);

/** The demand of docs/capacity-plan.md. */
export const usualDemand: Demand = demandOf({});

function profileOf(given: unknown): Profile {
  const profile = profiles.find((name) => name === (given ?? 'core'));
  if (!profile) throw new ScriptError(`--profile: one of ${profiles.join(', ')}`);
  return profile;
}

function readNumber(name: string, text: string, most = Number.POSITIVE_INFINITY): number {
  const value = Number(text);
  if (text.trim() === '' || !(value >= 0 && value <= most))
    throw new ScriptError(`--${name}: a number from 0${most === 1 ? ' to 1' : ''}`);
  return value;
}

/** Throws where the average is more than the busiest moment. */
function clicksOf(given: unknown, rate: number): number {
  const clicks = given === undefined ? usualClicks(rate) : readNumber('clicks-per-day', String(given));
  if (clicks <= rate * day) return clicks;
  const average = `${clicks} a day are ${(clicks / day).toFixed(1)}/s on average`;
  throw new ScriptError(
    `--clicks-per-day: ${average}, more than the ${rate}/s of the busiest moment: give a larger --rate`,
  );
}

function demandOf(given: Readonly<Record<string, unknown>>): Demand {
  const read = (name: keyof typeof defaults, most?: number): number =>
    readNumber(name, String(given[name] ?? defaults[name]), most);
  const rate = read('rate');
  return {
    rate,
    hitRatio: read('hit-ratio', 1),
    creates: read('creates'),
    clicksPerDay: clicksOf(given['clicks-per-day'], rate),
    linksPerDay: read('links-per-day'),
    urls: read('urls'),
    retention: read('retention'),
    profile: profileOf(given['profile']),
  };
}

/** The words that ask for a demand: those that differ from the usual one. */
export function demandWords(demand: Demand): string[] {
  const { rate, hitRatio, creates, clicksPerDay, linksPerDay, urls, retention, profile } = demand;
  const values = { rate, 'hit-ratio': hitRatio, creates, 'clicks-per-day': clicksPerDay };
  const all = { ...values, 'links-per-day': linksPerDay, urls, retention, profile };
  const usual: Readonly<Record<string, number | string>> = {
    ...{ ...defaults, 'clicks-per-day': usualClicks(rate), profile: usualDemand.profile },
  };
  return Object.entries(all).flatMap(([name, value]) => (value === usual[name] ? [] : [`--${name}`, String(value)]));
}

/** The words behind `npm run capacity`; throws what is wrong with them. */
export function parseCapacityOptions(argv: readonly string[]): CapacityOptions {
  const text = { type: 'string' } as const;
  const names = Object.keys(defaults) as (keyof typeof defaults)[];
  const options = {
    ...(Object.fromEntries(names.map((name) => [name, text])) as Record<keyof typeof defaults, typeof text>),
    'clicks-per-day': text,
    profile: text,
    write: { type: 'boolean', default: false },
    redirects: { type: 'string', multiple: true, default: [] as string[] },
    breakpoint: text,
    usable: text,
  } as const;
  try {
    const { values } = parseArgs({ args: [...argv], options, strict: true });
    const { write, redirects, usable, breakpoint } = values;
    return { demand: demandOf(values), write, redirects, usable, breakpoint };
  } catch (cause) {
    if (cause instanceof ScriptError) throw cause;
    throw new ScriptError(`${(cause as Error).message}\n\n${capacityUsage}`);
  }
}
