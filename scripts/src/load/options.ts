import { parseArgs } from 'node:util';
import { type WorkloadName, workloads } from '../../../k6/lib/workloads.ts';
import { ScriptError } from '../platform/run.ts';
import type { Watched } from './processes.ts';
import { readSeconds } from './seconds.ts';
import { allowedTarget } from './target.ts';

export type LoadOptions = {
  scenario: WorkloadName;
  /** Seconds without the warm-up; the scenario's own unless given. */
  seconds: number | undefined;
  /** Iterations a second. */
  rate: number | undefined;
  /** People, where the scenario has people and no rate. */
  users: number | undefined;
  /** Urls that must be in the database; the scenario's own unless given. */
  rows: number | undefined;
  /** Where to; the stack on this machine unless given. */
  target: string | undefined;
  /** Processes to watch where the target runs without containers. */
  processes: Watched[];
  /** Folder of the results. */
  out: string;
  /** A result to compare with. */
  baseline: string | undefined;
};

export const loadUsage = `usage: scripts/load SCENARIO [options]

Drives the stack on this machine with k6 and says what its users felt; then counts: redirects answered = clicks
recorded, for each link. Writes results/load-SCENARIO-TIME.json, .md and .svg. Ends with 1 where an objective
(monitoring/slo.json) or the count does not hold. What it created stays: links of users named load-…. Ctrl-C stops k6; what
was sent until then is counted.

${Object.values(workloads)
  .map(({ name, question }) => `  ${name.padEnd(12)} ${question}`)
  .join('\n')}

  --duration 90s|5m   length without the warm-up, and the two minutes after scale's stairs; at most 4h
  --rate N            iterations a second (all but stress), at most 100,000
  --users N           people (stress), at most 5,000
  --rows N            urls in the database at least; what is missing is made first
  --target URL        another service; one that is not this machine must be given twice. Its key in LOAD_API_KEY
  --process NAME=PID  watch this process as the service NAME, where --target runs without containers; as often as needed
  --out DIR           folder of the results (results)
  --baseline FILE     an older result of the scenario: ends with 1 where this one is worse beyond the tolerance
`;

const texts = ['duration', 'rate', 'users', 'rows', 'out', 'baseline'] as const;

function parse(argv: readonly string[]) {
  const text = { type: 'string' } as const;
  const options = {
    ...(Object.fromEntries(texts.map((name) => [name, text])) as Record<(typeof texts)[number], typeof text>),
    target: { type: 'string', multiple: true },
    process: { type: 'string', multiple: true },
  } as const;
  try {
    return parseArgs({ args: [...argv], options, allowPositionals: true, strict: true });
  } catch (cause) {
    throw new ScriptError(`${(cause as Error).message}\n\n${loadUsage}`);
  }
}

/** More than any machine is asked for on purpose: beyond it lies a slip of the hand, which would take the machine down. */
const most = { seconds: 14_400, rate: 100_000, users: 5_000, rows: 99_999_999 };

function count(name: 'rate' | 'users' | 'rows', value: string | undefined): number | undefined {
  if (value === undefined) return undefined;
  if (!/^[1-9]\d{0,7}$/.test(value) || Number(value) > most[name])
    throw new ScriptError(`--${name} ${value}: a whole number from 1 to ${most[name].toLocaleString('en')}`);
  return Number(value);
}

function duration(value: string | undefined): number | undefined {
  const seconds = value === undefined ? undefined : readSeconds(value);
  if (seconds !== undefined && seconds > most.seconds)
    throw new ScriptError(`--duration ${value}: at most ${most.seconds / 3_600}h`);
  return seconds;
}

function watched(text: string): Watched {
  const [, service, pid] = /^([a-z][a-z0-9-]*)=(\d+)$/.exec(text) ?? [];
  if (service === undefined) throw new ScriptError(`--process ${text}: a name and a process id, such as app=123`);
  return { service, pid: Number(pid) };
}

const isScenario = (name: string): name is WorkloadName => Object.hasOwn(workloads, name);

/** The words behind `scripts/load`; throws what is wrong with them. */
export function parseLoadOptions(argv: readonly string[]): LoadOptions {
  const { values, positionals } = parse(argv);
  const [scenario = '', ...more] = positionals;
  if (!isScenario(scenario) || more.length > 0) throw new ScriptError(loadUsage);
  const isOfUsers = workloads[scenario].shape.kind === 'users';
  if (isOfUsers ? values.rate !== undefined : values.users !== undefined)
    throw new ScriptError(`${scenario} has ${isOfUsers ? 'people and no --rate' : 'a rate and no --users'}`);
  if (values.process !== undefined && values.target === undefined)
    throw new ScriptError('--process is for a --target: of the stack all containers are watched');
  return {
    scenario,
    seconds: duration(values.duration),
    rate: count('rate', values.rate),
    users: count('users', values.users),
    rows: count('rows', values.rows),
    target: allowedTarget(values.target ?? []),
    processes: (values.process ?? []).map(watched),
    out: values.out ?? 'results',
    baseline: values.baseline,
  };
}
