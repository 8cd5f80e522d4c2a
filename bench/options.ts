import { parseArgs } from 'node:util';
import { ScriptError } from '../scripts/src/platform/run.ts';
import { cases } from './cases.ts';

/** As docker-compose.yml sets them; why: docs/performance.md. */
const usualNodeOptions = '--max-semi-space-size=4 --max-old-space-size=96';

export const help = `npm run bench -- [options]

Starts nginx, Postgres, a cache, a queue and two replicas with production settings on loopback, and bare servers behind
the same nginx as the ceiling; drives both in turn with wrk, and prints the medians. Ends by itself, with 1 where a click
was lost or stored twice; how fast it is decides nothing, but for --growth: there with 1 where redirects or unknown codes
lose more than a tenth of their share of the ceiling.

  --case NAME[,NAME]  only these (${cases.map(({ name }) => name).join(', ')})
  --rounds N          rounds a case (3)
  --seconds N         length of a burst (15)
  --sustained N       length of a sustained run (60)
  --rows N            urls in the database (1000000)
  --pause MS          mean pause of a connection in the paced case (3)
  --node-options=TEXT Node's options for the replicas (${usualNodeOptions})
  --profile DIR       write a CPU profile of each replica there (slows it down)
  --growth            nothing but the cost of requests with 10³ to 10⁷ urls and 10⁷ clicks in the database (wants 20 GB of disk):
                      from a thousandth of --rows, which is 1,000 at least, to ten times as many
  --stack             nothing but a hot link through the running stack, against bare servers in containers like its own
  --soak MINUTES      nothing but one load by Zipf's law of this length, while memory is watched
  --smoke             one short round of each on few rows: shows that it works, not how fast
`;

const usual = { rounds: '3', seconds: '15', sustained: '60', rows: '1000000', pause: '3' };
const quick = { rounds: '1', seconds: '2', sustained: '3', rows: '20000', pause: '3' };
/** A thousandth of them is the smallest database. */
const fewestRows = 1_000;

const parse: typeof parseArgs = (config) => {
  try {
    return parseArgs(config);
  } catch (error) {
    throw new ScriptError(`${(error as Error).message}; --help lists what there is`, { cause: error });
  }
};

/** What the words of a command ask for; throws a `ScriptError` where they ask for what there is not. */
export function readOptions(words: readonly string[]) {
  const text = { type: 'string' } as const;
  const { values } = parse({
    args: [...words],
    options: {
      case: text,
      rounds: text,
      seconds: text,
      sustained: text,
      rows: text,
      pause: text,
      profile: text,
      soak: text,
      growth: { type: 'boolean' },
      stack: { type: 'boolean' },
      'node-options': text,
      smoke: { type: 'boolean' },
      help: { type: 'boolean' },
    },
  });
  const given = { ...(values.smoke ? quick : usual), ...values };
  const wanted = values.case?.split(',');
  const unknown = wanted?.find((each) => cases.every(({ name }) => name !== each));
  if (unknown !== undefined)
    throw new ScriptError(`--case ${unknown}: one of ${cases.map(({ name }) => name).join(', ')}`);
  const number = (name: keyof typeof usual | 'soak') => {
    const value = Number(given[name]);
    if (!Number.isInteger(value) || value < 1) throw new ScriptError(`--${name} takes a whole number from 1`);
    return value;
  };
  if (values.growth && number('rows') < fewestRows) throw new ScriptError(`--growth takes --rows from ${fewestRows}`);
  return {
    help: values.help ?? false,
    cases: cases.filter(({ name }) => !wanted || wanted.includes(name)),
    rounds: number('rounds'),
    seconds: { burst: number('seconds'), sustained: number('sustained') },
    rows: number('rows'),
    pause: number('pause'),
    profile: values.profile,
    growth: values.growth ?? false,
    stack: values.stack ?? false,
    soakMinutes: values.soak === undefined ? undefined : number('soak'),
    nodeOptions: values['node-options'] ?? usualNodeOptions,
  };
}

export type BenchOptions = ReturnType<typeof readOptions>;
