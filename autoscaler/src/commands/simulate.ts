import { readFile, writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { decidePolicy } from '../policies.ts';
import { droplet, type Machine } from '../simulate/machine.ts';
import { simulate as runOne, summarise } from '../simulate/run.ts';
import { createOurs, createThreshold } from '../simulate/scaler.ts';
import { recorded, type Scenario, scenarios } from '../simulate/scenario.ts';
import { chart } from '../simulate/svg.ts';
import { type Compared, summaryTable, timeTable } from '../simulate/table.ts';
import { type Command, CommandError } from './command.ts';
import { needSettings } from './settings.ts';

const usage = `usage: simulate SCENARIO|all|FILE.csv [--svg FILE] [--cpus N] [--limit N] [--start-up SECONDS]
scenarios: ${scenarios.map(({ name }) => name).join(', ')}; a CSV file holds lines of second,cpus`;

async function choose(name: string | undefined): Promise<readonly Scenario[]> {
  if (name === 'all') return scenarios;
  if (name?.endsWith('.csv')) return [recorded(name, await readFile(name, 'utf8'))];
  const one = scenarios.find((scenario) => scenario.name === name);
  if (one === undefined) throw new CommandError(usage);
  return [one];
}

function machineFrom(values: Record<string, string | boolean | undefined>): Machine {
  const number = (name: string, fallback: number): number => {
    const value = Number(values[name] ?? fallback);
    if (!(value > 0)) throw new CommandError(`--${name} must be a number above 0`);
    return value;
  };
  return {
    ...droplet,
    cpus: number('cpus', droplet.cpus),
    limit: number('limit', droplet.limit),
    startUp: number('start-up', droplet.startUp),
  };
}

/**
 * `simulate`: runs the real decision, with the settings of the environment, and the plain threshold rule against a load.
 * Prints both over time and in sum; `--svg` draws one scenario.
 */
export const simulate: Command = async ({ argv, env, print }) => {
  const text = { type: 'string' } as const;
  const { positionals, values } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: { svg: text, cpus: text, limit: text, 'start-up': text },
  });
  const chosen = await choose(positionals[0]);
  const settings = needSettings({ AUTOSCALER_PROJECT: 'simulated', ...env });
  const policy = decidePolicy(settings);
  const machine = machineFrom(values);
  const compared = chosen.map(
    (scenario): Compared => ({
      name: scenario.name,
      ours: runOne(scenario, createOurs(policy, settings.tick, machine), machine, policy.min),
      rule: runOne(scenario, createThreshold(policy), machine, policy.min),
    }),
  );
  const [only] = compared;
  if (compared.length === 1 && only) print(`${timeTable(only)}\n`);
  print(
    summaryTable(
      compared.flatMap(({ name, ours, rule }) => [
        { name, scaler: 'ours', summary: summarise(ours) },
        { name, scaler: 'rule', summary: summarise(rule) },
      ]),
    ),
  );
  if (values.svg !== undefined && only) await writeFile(values.svg, chart(only, machine.limit));
  return 0;
};
