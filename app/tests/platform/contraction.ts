const oneSpace = (text: string): string => text.replaceAll(/\s+/g, ' ').trim();

/** A text stays, a comment goes: in either there may be what looks like the other. */
const withoutComments = (sql: string): string =>
  sql.replaceAll(/'(?:[^']|'')*'|--[^\n]*|\/\*[\s\S]*?\*\//g, (token) => (token.startsWith("'") ? token : ' '));

const body = /(\bcreate (?:or replace )?(?:function|procedure)\b[^$]*)(\$\w*\$).*?\2/gi;

/** What a migration has done at once, statement by statement. What a function does comes later; `do` is at once. */
const statementsOf = (sql: string): string[] =>
  oneSpace(withoutComments(sql)).replaceAll(body, '$1').split(';').map(oneSpace).filter(Boolean);

const madeTable = /^create (?:unlogged |temp |temporary )?table (?:if not exists )?(\S+)/i;
const alteredTable = /\balter table (?:if exists )?(?:only )?(\S+)/i;
const indexedTable = /^create unique index\b.*? on (?:only )?(\S+)/i;

const takesAway: readonly RegExp[] = [
  /(?<!\bon commit )\bdrop\b(?! not null)/i,
  /\brename\b/i,
  /\bset schema\b/i,
  /\bdetach partition\b/i,
  /\brevoke\b/i,
  /\balter (column )?\S+ (set data )?type\b/i,
];

/** The parts of an `alter table`; what stands in parentheses has commas of its own. */
const partsOf = (statement: string): string[] => statement.replaceAll(/\([^()]*\)/g, '').split(',');
const newConstraint = /\badd (constraint|check|unique|primary key|foreign key|exclude)\b/i;
const hasValue = /\b(default|generated)\b/i;

/** Whether a part of an `alter table` asks more of a row than a release that does not know of it writes. */
function asksMore(part: string, all: readonly string[]): boolean {
  if (newConstraint.test(part)) return true;
  if (/\badd\b.*\bnot null\b/i.test(part)) return !hasValue.test(part);
  const [, column] = /\balter (?:column )?(\S+) set not null\b/i.exec(part) ?? [];
  if (!column) return false;
  const given = new RegExp(`\\b(alter|add) (column )?(if not exists )?${column} .*\\bdefault\\b`, 'i');
  return !all.some((statement) => given.test(statement));
}

/** What nothing uses any more, and since which release (its version or its commit), so that it may go. */
const mark = /^-- Contracts: nothing uses .+ since (\d+\.\d+\.\d+|[0-9a-f]{7,40})\b/m;

/** The statements of a migration with which the release before could not go on, unless a comment says that it can. */
export function contractions(sql: string): string[] {
  if (mark.test(sql)) return [];
  const all = statementsOf(sql);
  const made = new Set(all.map((statement) => madeTable.exec(statement)?.[1]));
  return all.filter((statement) => {
    if (takesAway.some((pattern) => pattern.test(statement))) return true;
    const table = (alteredTable.exec(statement) ?? indexedTable.exec(statement))?.[1];
    if (table === undefined || made.has(table)) return false;
    return indexedTable.test(statement) || partsOf(statement).some((part) => asksMore(part, all));
  });
}

const aheadAllowed = /^create index concurrently if not exists\b/i;
/** What a run before has left half made: an index that is not valid serves nobody. */
const leftover = /^drop index concurrently\b/i;
const begins =
  /^(alter|call|cluster|copy|create|delete|do|drop|grant|insert|lock|reindex|revoke|set|truncate|update|vacuum)\b/i;

/** What is wrong with a file that answers the statements to run before a migration, in no transaction of it. */
export function aheadFaults(sql: string): string[] {
  const text = oneSpace(withoutComments(sql));
  if (!/^(with|select)\b/i.test(text) || text.replace(/;$/, '').includes(';')) return ['it is not one query'];
  const answered = [...text.matchAll(/'((?:[^']|'')*)'/g)].map(([, words = '']) => words.trim());
  const looksForBroken = /\bnot indisvalid\b/i.test(text);
  return answered.filter(
    (words) => begins.test(words) && !aheadAllowed.test(words) && !(leftover.test(words) && looksForBroken),
  );
}
