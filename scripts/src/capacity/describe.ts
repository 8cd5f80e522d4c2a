import type { RentedMachine } from './coefficients.ts';
import { type Coefficients, services } from './coefficients.ts';
import type { Disk } from './disk.ts';
import { bears, cheapest, type Limit, limitsOf, tooTight } from './limits.ts';
import { demandWords } from './options.ts';
import { bearable, type Demand, day, type Plan, planFor, predictBreakpoint } from './plan.ts';
import type { Figures } from './profiles.ts';
import { signals } from './signals.ts';
import { sourceRows } from './sources.ts';

const whole = (value: number): string => Math.round(value).toLocaleString('en');
const short = (value: number): string => (value >= 100 ? whole(value) : value.toFixed(value >= 10 ? 1 : 2));
const counted = (value: number): string => (Number.isInteger(value) ? whole(value) : short(value));

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string[] => [
  ...[head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`),
  '',
];

function demandLine(demand: Demand): string {
  const { rate, hitRatio, creates, clicksPerDay, linksPerDay, urls, retention, profile } = demand;
  const kept = retention === 0 ? 'all events kept' : `events kept for ${retention} months`;
  return (
    `${whole(rate)} redirects/s at the busiest moment, ${short(hitRatio * 100)} % of them for links that a replica knows; ` +
    `${short(creates)} creates/s; ${whole(clicksPerDay)} clicks a day on ${whole(linksPerDay)} links, ${short(clicksPerDay / day)}/s on average, ` +
    `from which disk and transfer are worked out; ${whole(urls)} urls; ${kept}; profile ${profile}.`
  );
}

function diskWords({ afterDay, afterMonth, afterYear }: Disk): string {
  const { fixed, urls, clicks, backups, drill } = afterYear;
  const parts = { 'system, images and logs': fixed, urls, clicks, backups, 'free for the drill': drill };
  const each = Object.entries(parts).map(([what, gib]) => `${what} ${short(gib)}`);
  return `${each.join(', ')}; ${short(afterDay.all)} after a day, ${short(afterMonth.all)} after a month`;
}

function needs({ cpus, replicas, memoryMb, monitoringMb, connections, disk, transferTb }: Plan): string[] {
  const each = services.map((service) => `${service} ${short(cpus[service])}`);
  const rest = [
    `at rest ${short(cpus.idle)}`,
    ...(cpus.monitoring > 0 ? [`monitoring ${short(cpus.monitoring)}`] : []),
  ];
  return table(
    ['what', 'needed', 'of that'],
    [
      ['CPUs', short(cpus.all), [...each, ...rest].join(', ')],
      ['replicas', String(replicas), ''],
      ['memory', `${whole(memoryMb)} MiB`, monitoringMb > 0 ? `monitoring ${whole(monitoringMb)}` : ''],
      ['Postgres connections', String(connections), ''],
      ['disk', `${short(disk.afterYear.all)} GiB after a year`, diskWords(disk)],
      ['transfer', `${short(transferTb)} TB a month`, ''],
    ],
  );
}

function bearsWords(limits: readonly Limit[]): string {
  if (!bears(limits)) return 'no';
  return tooTight(limits).length === 0 ? 'yes' : 'with other settings';
}

function machines(coefficients: Coefficients, plan: Plan, { hitRatio, profile }: Demand): string[] {
  const rows = coefficients.machines.list.map((machine) => {
    const limits = limitsOf(coefficients, plan, machine);
    const [first] = limits;
    return [
      `${machine.name}, ${machine.diskGb} GB disk`,
      `$${machine.dollars}`,
      bearsWords(limits),
      first ? `${first.what}, ${whole((first.used / first.has) * 100)} %` : '',
      first?.change ?? '',
      `${whole(bearable(coefficients, { cores: machine.cores, hitRatio, profile }))}/s`,
    ];
  });
  return table(['machine', 'a month', 'bears it', 'first limit', 'when it is hit', 'redirects it bears'], rows);
}

/** The machine to take, and what is to be set on it. */
function choice(coefficients: Coefficients, plan: Plan, best: RentedMachine | undefined): string[] {
  if (!best)
    return ['No single machine of the list bears it: keep less of it, or Postgres goes to one of its own.', ''];
  const settings = tooTight(limitsOf(coefficients, plan, best)).map(
    ({ what, used, has, change }) => `- ${what}: ${counted(used)} instead of ${counted(has)}: ${change}`,
  );
  return [
    `The cheapest that bears it: **${best.name}**, $${best.dollars} a month.`,
    '',
    ...(settings.length > 0 ? ['What is to be set there first:', '', ...settings, ''] : []),
  ];
}

/** The plan for a demand, as Markdown. */
export function describePlan(coefficients: Figures, demand: Demand): string {
  const plan = planFor(coefficients, demand);
  return [
    demandLine(demand),
    '',
    ...needs(plan),
    ...choice(coefficients, plan, cheapest(coefficients, plan)),
    ...machines(coefficients, plan, demand),
  ].join('\n');
}

function checked(coefficients: Coefficients): string[] {
  const { breakpoint } = coefficients;
  const predicted = predictBreakpoint(coefficients);
  if (!breakpoint || !predicted)
    return [
      '## Not checked against a run yet',
      '',
      'No climb on a machine of its own has been measured with these figures: read the rates above as upper bounds. To check:',
      '`scripts/load breakpoint` twice, then `npm run capacity -- --usable results/load-breakpoint-….json --breakpoint results/load-breakpoint-….json',
      '--write` with one and the other.',
      '',
    ];
  const { perSecond, off } = predicted;
  const sign = off >= 0 ? '+' : '−';
  return [
    '## Checked against a run',
    '',
    `A climb found the knee at ${whole(breakpoint.perSecond)} redirects/s with the generator on the same ${breakpoint.cores} cores ` +
      `(${whole(breakpoint.generatorMicros)} µs a request of its own). The figures below predict ${whole(perSecond)}/s for that: ` +
      `${sign}${short(Math.abs(off) * 100)} %. A test holds it within 20 %.`,
    '',
  ];
}

function costs({ cpu }: Coefficients): string[] {
  const rows = (['hit', 'miss', 'create'] as const).map((kind) => [
    {
      hit: 'a redirect, its click included',
      miss: 'more, where the replica does not know the link',
      create: 'a create',
    }[kind],
    ...services.map((service) => whole(cpu[kind][service])),
    whole(services.reduce((sum, service) => sum + cpu[kind][service], 0)),
  ]);
  return ['## What things cost, µs of CPU', '', ...table(['', ...services, 'all'], rows)];
}

/** docs/capacity-plan.md. */
export const capacityPage = (coefficients: Figures, demand: Demand): string =>
  [
    '# Capacity plan',
    '',
    `Made by \`npm run capacity -- ${[...demandWords(demand), '--write'].join(' ')}\` from \`docs/capacity.json\`. For another demand:`,
    '`npm run capacity -- --rate 500 --hit-ratio 0.8 --clicks-per-day 5000000 --retention 12`.',
    '',
    '## For example',
    '',
    describePlan(coefficients, demand),
    `${coefficients.machines.note} The disk may be full to 80 %, the CPUs busy to ${whole(coefficients.cpu.usable * 100)} %.`,
    '',
    ...checked(coefficients),
    ...costs(coefficients),
    '## How that was measured',
    '',
    ...table(['figures', 'by', 'commit', 'machine'], sourceRows(coefficients)),
    '## Outgrowing the machine',
    '',
    ...table(
      ['signal', 'threshold', 'next step', 'command'],
      signals.map(({ signal, threshold, next, command }) => [signal, threshold, next, command]),
    ),
  ]
    .join('\n')
    .trimEnd()
    .concat('\n');
