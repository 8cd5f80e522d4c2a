import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Alert, alertRule } from '../../src/alerts/alert.ts';
import { alerts } from '../../src/rules/groups.ts';
import { recordedGroups } from '../../src/rules/recorded.ts';
import type { Signal, World } from './world.ts';

/** Worlds one after another, each for so many steps; and how many alerts of a name fire at a time. */
export type Story = {
  name: string;
  /** Seconds of a step. */
  step: number;
  phases: readonly { world: World; steps: number }[];
  expect: readonly { at: number; alert: string; severity?: string; firing: number }[];
};

const signed = (value: number): string => (value < 0 ? `${value}` : `+${value}`);

/** A series in promtool's notation: a counter continues in every phase where it ended in the one before. */
function values(signals: readonly { signal: Signal; steps: number }[], step: number): string {
  let last = 0;
  let at = 0;
  const phase = (signal: Signal, steps: number): string => {
    if (signal === 'absent') return at === 0 ? `_x${steps}` : `stale _x${steps - 1}`;
    if ('gauge' in signal) return `${signal.gauge}${signed((signal.slope ?? 0) * step)}x${steps - 1}`;
    if ('ago' in signal) return `${at - signal.ago}+${step}x${steps - 1}`;
    if ('atOnce' in signal) {
      last += signal.atOnce;
      return `${last}x${steps - 1}`;
    }
    const grows = signal.perSecond * step;
    const first = last;
    last += grows * steps;
    return `${first}+${grows}x${steps - 1}`;
  };
  return signals
    .map(({ signal, steps }) => {
      const told = phase(signal, steps);
      at += steps * step;
      return told;
    })
    .join(' ');
}

const testOf = ({ name, step, phases, expect }: Story) => ({
  name,
  interval: `${step}s`,
  input_series: [...new Set(phases.flatMap(({ world }) => Object.keys(world)))].map((series) => ({
    series,
    values: values(
      phases.map(({ world, steps }) => ({ signal: world[series] ?? 'absent', steps })),
      step,
    ),
  })),
  promql_expr_test: expect.map(({ at, alert, firing, severity }) => ({
    expr: `count(ALERTS{alertname="${alert}", alertstate="firing"${severity ? `, severity="${severity}"` : ''}}) or vector(0)`,
    eval_time: `${at}s`,
    exp_samples: [{ labels: '{}', value: firing }],
  })),
});

type Group = { name: string; rules: readonly object[] };

/** The alerts, and of the recorded groups those that an expression of these alerts uses: the rest only takes time. */
function rulesFor(names: ReadonlySet<string>): Group[] {
  const expressions = alerts.filter(({ name }) => names.has(name)).map(({ expr }) => expr);
  const used = recordedGroups.filter(({ rules }) =>
    rules.some(({ record }) => expressions.some((expr) => expr.includes(record))),
  );
  const own = alerts.filter(({ name }) => names.has(name)).map(alertRule);
  return [...used, { name: 'alerts', rules: own }];
}

/** Runs tests through Prometheus' own engine; what it says of those that go otherwise, or nothing. */
async function runTests(groups: readonly Group[], step: number, tests: readonly object[]): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'rules-'));
  try {
    await writeFile(join(folder, 'rules.yml'), JSON.stringify({ groups }));
    const file = {
      rule_files: ['rules.yml'],
      evaluation_interval: `${step}s`,
      // Otherwise in any order: alerts would look for what is recorded a step too early, and find none where that is long ago.
      group_eval_order: groups.map(({ name }) => name),
      tests,
    };
    await writeFile(join(folder, 'test.json'), JSON.stringify(file));
    return await new Promise((resolve) => {
      execFile('promtool', ['test', 'rules', join(folder, 'test.json')], { maxBuffer: 1e8 }, (error, out, err) =>
        resolve(error ? `${error.message}\n${out}${err}` : ''),
      );
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Runs stories; what goes otherwise, or nothing. */
export const tell = (stories: readonly Story[]): Promise<string> =>
  runTests(
    rulesFor(new Set(stories.flatMap(({ expect }) => expect.map(({ alert }) => alert)))),
    stories[0]?.step ?? 5,
    stories.map(testOf),
  );

/** Asks for the texts and further labels of an alert that fires after so many seconds of a world; what is said otherwise, or nothing. */
export function tellWords(
  world: World,
  seconds: number,
  alert: Alert,
  { more, ...texts }: Partial<Alert> & { more: Readonly<Record<string, string>> },
): Promise<string> {
  const step = 5;
  const { annotations, labels } = alertRule({ ...alert, ...texts });
  const { input_series } = testOf({ name: '', step, phases: [{ world, steps: seconds / step + 1 }], expect: [] });
  // Nobody has set where they are.
  const bare = Object.entries(annotations).map(([name, text]) => [
    name,
    text.replace(/\{\{ \$externalLabels\.\w+ }}/, ''),
  ]);
  const expected = { exp_labels: { ...labels, ...more }, exp_annotations: Object.fromEntries(bare) };
  const asked = { alertname: alert.name, eval_time: `${seconds}s`, exp_alerts: [expected] };
  return runTests(rulesFor(new Set([alert.name])), step, [
    { interval: `${step}s`, input_series, alert_rule_test: [asked] },
  ]);
}

/** Series as promtool writes them, a sample each so many seconds, and what an expression shall answer at a time: by labels. */
export type Asked = {
  step: number;
  input: Readonly<Record<string, string>>;
  answers: readonly { at: number; expr: string; answer: Readonly<Record<string, number>> }[];
};

/** Asks of each of these; what is answered otherwise, or nothing. */
export const ask = (asked: readonly Asked[]): Promise<string> =>
  runTests(
    [],
    asked[0]?.step ?? 5,
    asked.map(({ answers, input, step }) => ({
      interval: `${step}s`,
      input_series: Object.entries(input).map(([series, values]) => ({ series, values })),
      promql_expr_test: answers.map(({ answer, at, expr }) => ({
        expr,
        eval_time: `${at}s`,
        exp_samples: Object.entries(answer).map(([labels, value]) => ({ labels, value })),
      })),
    })),
  );
