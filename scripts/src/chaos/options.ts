import { parseArgs } from 'node:util';
import { readSeconds } from '../load/seconds.ts';
import { ScriptError } from '../platform/run.ts';
import { apartDrills, type Drill, drills } from './drills.ts';

export type ChaosOptions = { drills: Drill[]; dryRun: boolean; undo: boolean; engine: string[]; rate: number };

export const chaosUsage = `usage: scripts/chaos-test.sh --DRILL… | --all [options]

Breaks the stack on this machine in one way after another, under traffic, and puts it back; measures what users felt, who
was told and when, and holds it against chaos/expectations.json. Ends with 1 where something was not as expected.
Interrupted at any point it puts everything back first; what a killed one left, the next one puts back.

${drills.map(({ name, title }) => `  --${name.padEnd(20)} ${title}`).join('\n')}
  --all                  all of these, one after another

On a stack of its own, which is made for it and thrown away (as root, beside a stack whose images are there):
${apartDrills.map(({ name, title }) => `  --${name.padEnd(20)} ${title}`).join('\n')}

  --dry-run              print what would be done; contact nothing
  --undo                 only put back what an earlier run has left
  --rate N               redirects a second meanwhile (100)
  --engine HOST          a Docker engine that is not on this machine must be named twice
`;

export const gameDayUsage = `usage: scripts/game-day --minutes N [options]

Random faults under traffic, 20 to 40 s apart, from every drill; one verdict at the end: redirects failed, clicks lost or
doubled, alerts missed or false.

  --minutes N     how long (10)
  --seed N        the same faults again; a new seed is printed
  --rate N        redirects a second meanwhile (100)
  --dry-run       print the faults of the seed; contact nothing
  --engine HOST   a Docker engine that is not on this machine must be named twice
`;

const shared = {
  'dry-run': { type: 'boolean', default: false },
  rate: { type: 'string', default: '100' },
  engine: { type: 'string', multiple: true, default: [] as string[] },
} as const;

function rateOf(text: string): number {
  if (!/^[1-9]\d{0,4}$/.test(text)) throw new ScriptError('--rate: a whole number from 1');
  return Number(text);
}

const everyDrill = [...drills, ...apartDrills];

/** The words behind `scripts/chaos-test.sh`; throws how it is used when they are none of them. */
export function parseChaosOptions(argv: readonly string[]): ChaosOptions {
  const flag = { type: 'boolean', default: false } as const;
  const named = Object.fromEntries(everyDrill.map(({ name }) => [name, flag]));
  try {
    const options = { ...named, ...shared, all: flag, undo: flag };
    const values: Record<string, unknown> = parseArgs({ args: [...argv], options, strict: true }).values;
    const chosen = everyDrill.filter((drill) => values[drill.name] || (values['all'] && drills.includes(drill)));
    if (chosen.length === 0 && !values['undo']) throw new Error('no drill');
    return {
      drills: chosen,
      dryRun: values['dry-run'] === true,
      undo: values['undo'] === true,
      engine: values['engine'] as string[],
      rate: rateOf(String(values['rate'])),
    };
  } catch (cause) {
    if (cause instanceof ScriptError) throw cause;
    throw new ScriptError(`${(cause as Error).message}\n\n${chaosUsage}`);
  }
}

export type GameDayOptions = {
  seconds: number;
  seed: number | undefined;
  dryRun: boolean;
  engine: string[];
  rate: number;
};

/** The words behind `scripts/game-day`. */
export function parseGameDayOptions(argv: readonly string[]): GameDayOptions {
  try {
    const options = { ...shared, minutes: { type: 'string', default: '10' }, seed: { type: 'string' } } as const;
    const { values } = parseArgs({ args: [...argv], options, strict: true });
    if (values.seed !== undefined && !/^\d{1,9}$/.test(values.seed))
      throw new Error('--seed: a whole number to 999999999');
    return {
      seconds: readSeconds(`${values.minutes}m`),
      seed: values.seed === undefined ? undefined : Number(values.seed),
      dryRun: values['dry-run'],
      engine: values.engine,
      rate: rateOf(values.rate),
    };
  } catch (cause) {
    if (cause instanceof ScriptError) throw cause;
    throw new ScriptError(`${(cause as Error).message}\n\n${gameDayUsage}`);
  }
}

/** Throws unless the engine is this machine's, or was named twice. */
export function refuseForeignEngine(host: string, named: readonly string[]): void {
  if (host.startsWith('unix://')) return;
  if (named.length === 2 && named.every((each) => each === host)) return;
  throw new ScriptError(`${host} is not this machine. Give --engine ${host} twice if you may break what runs there.`);
}
