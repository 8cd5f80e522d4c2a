import type { Coefficients, Source } from './coefficients.ts';

/** The parts of the coefficients whose every figure has a source of its own. */
export const parts = ['cpu', 'memory', 'disk', 'network'] as const;
type Part = (typeof parts)[number];

const figures: { readonly [P in Part]: Readonly<Record<keyof Coefficients[P]['sources'], string>> } = {
  cpu: {
    hit: 'CPU of a redirect',
    miss: 'CPU of one whose link the replica does not know',
    create: 'CPU of a create',
    idle: 'CPU at rest',
    monitoring: 'CPU of monitoring at rest, in other profiles',
    usable: 'how busy the CPUs may be',
  },
  memory: {
    fixed: 'memory of everything but replicas',
    system: 'memory of the system and the engine',
    replica: 'memory of a replica',
  },
  disk: {
    click: 'disk of a click',
    linkDay: 'disk of a link with clicks, a day',
    url: 'disk of a url',
    system: 'disk of the system and images',
    wal: 'disk of write-ahead log',
    logs: 'disk of logs',
    backupShare: 'disk of a full backup and what follows it, for each byte of the database',
  },
  network: { redirect: 'transfer of a redirect' },
};

function row(what: string, source: Source): string[] {
  if (source === 'assumed') return [what, 'assumed, not measured', '', ''];
  return [what, `\`${source.command}\``, `\`${source.commit}\``, source.machine];
}

/** How each figure came about, as cells of a table: what it is, by which command, at which commit, on which machine. */
export function sourceRows(coefficients: Coefficients): string[][] {
  const { breakpoint } = coefficients;
  const rows = parts.flatMap((part) => {
    const sources: Readonly<Record<string, Source>> = coefficients[part].sources;
    return Object.entries<string>(figures[part]).map(([name, what]) => row(what, sources[name] ?? 'assumed'));
  });
  return breakpoint ? [...rows, row('breakpoint', breakpoint.source)] : rows;
}
