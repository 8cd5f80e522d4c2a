import type { Query } from '../backup/cluster.ts';

/** What a database holds, by name: of each table rows and checksum, of each sequence where it stands. */
export type Contents = Readonly<Record<string, string>>;

const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/** Of one kind of relation, without partitioned tables, which hold nothing themselves. */
const namesOf = async (query: Query, kind: 'r' | 'S'): Promise<string[]> => {
  const rows = await query(
    `select relname from pg_class where relkind = '${kind}' and relnamespace = 'public'::regnamespace order by relname`,
  );
  return rows.flatMap(([name]) => (name === undefined ? [] : [name]));
};

/** Counts every row and adds up a checksum of each, in whatever order they come. Reads all of the database. */
export async function readContents(query: Query): Promise<Contents> {
  const contents: Record<string, string> = {};
  for (const name of await namesOf(query, 'r')) {
    const checksum = `coalesce(sum(hashtextextended(t::text, 0)), 0)`;
    const [row] = await query(`set timezone = 'UTC'; select count(*), ${checksum} from public.${quoted(name)} t`);
    contents[name] = (row ?? []).join(' rows, ');
  }
  for (const name of await namesOf(query, 'S')) {
    const [row] = await query(`select last_value, is_called from public.${quoted(name)}`);
    contents[name] = (row ?? []).join(' ');
  }
  return contents;
}

/** The names of what is not the same on both sides. */
export const differences = (a: Contents, b: Contents): string[] =>
  [...new Set([...Object.keys(a), ...Object.keys(b)])].filter((name) => a[name] !== b[name]).sort();
