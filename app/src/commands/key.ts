import { parseArgs } from 'node:util';
import { scopes } from '../access/key.ts';
import { newKey } from '../access/presentation.ts';
import { createKey, endKey } from '../access/service.ts';
import { listKeys } from '../access/store.ts';
import type { Db } from '../database.ts';
import { type Command, CommandError } from './command.ts';
import { openDatabase } from './open-database.ts';
import { loadConfig } from './settings.ts';

const usage = `usage: npm run key -- make NAME --scopes ${scopes.join(',')} [--rate-limit PER_MINUTE]
       npm run key -- list
       npm run key -- revoke ID`;

type Print = (line: string) => void;

async function make(db: Db, print: Print, name: string, scopeList: string, rateLimit: string | undefined) {
  const parsed = newKey.safeParse({
    name,
    scopes: scopeList.split(','),
    ...(rateLimit !== undefined && { rate_limit: Number(rateLimit) }),
  });
  if (!parsed.success) {
    const problems = parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
    throw new CommandError(`${problems.join('\n')}\n${usage}`);
  }
  const { key, row } = await createKey(db, { ...parsed.data, rateLimit: parsed.data.rate_limit });
  print(`key ${row.id}, shown this once:`);
  print(key);
}

async function list(db: Db, print: Print) {
  const size = 100;
  for (let after = 0; ; ) {
    const { rows } = await listKeys(db, after, 0, size);
    for (const { id, prefix, name, scopes: held, revoked_at: revoked } of rows) {
      print([id, `${prefix}…`, held.join(','), revoked ? `revoked ${revoked.toISOString()}` : 'good', name].join('  '));
    }
    const last = rows.at(-1);
    if (!last || rows.length < size) return;
    after = last.id;
  }
}

async function revoke(db: Db, print: Print, id: string) {
  if (!/^[1-9]\d{0,14}$/.test(id)) throw new CommandError(`${id} is not a key's id\n${usage}`);
  if (!(await endKey(db, Number(id)))) throw new CommandError(`there is no key ${id}`);
  print(`key ${id} is revoked on every replica`);
}

function parse(argv: readonly string[]) {
  const options = { scopes: { type: 'string' }, 'rate-limit': { type: 'string' }, help: { type: 'boolean' } } as const;
  try {
    return parseArgs({ args: [...argv], options, allowPositionals: true });
  } catch (cause) {
    throw new CommandError(`${(cause as Error).message}\n${usage}`, { cause });
  }
}

/** `key`: makes, lists and revokes API keys, while the service runs or not. */
export const key: Command = async (context) => {
  const { values, positionals } = parse(context.argv);
  const [verb, argument, ...rest] = positionals;
  const { print } = context;
  if (values.help) {
    print(usage);
    return 0;
  }
  await using database = await openDatabase(loadConfig(context));
  const { db } = database;
  if (verb === 'make' && argument && values.scopes && rest.length === 0) {
    await make(db, print, argument, values.scopes, values['rate-limit']);
  } else if (verb === 'list' && !argument) await list(db, print);
  else if (verb === 'revoke' && argument && rest.length === 0) await revoke(db, print, argument);
  else throw new CommandError(usage);
  return 0;
};
