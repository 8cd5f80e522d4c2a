import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { must, type Run } from '../platform/run.ts';
import type { SecretStore } from '../secrets/secret-store.ts';
import type { Compose } from '../stack/compose.ts';
import { tell } from '../stack/tell.ts';
import { closeStatement, type Login, monitorRole, otherLogin, ownerRole, passwordStatements } from './login.ts';

type Deps = { root: string; run: Run; compose: Compose; secrets: Pick<SecretStore, 'passwords'> };

export type Roles = {
  /**
   * Has Postgres know every role, each with the password that the services have: also a database that is older than one
   * of them, or was restored from before a renewal. Again, it changes nothing.
   */
  ensure(): Promise<void>;
  /** Whether replicas may still log in as before the last renewal. */
  bothOpen(): Promise<boolean>;
  /** From now on replicas log in as they were told last, and in no other way. */
  closeOther(): Promise<void>;
};

const psql = ['psql', '-XAtq', '-v', 'ON_ERROR_STOP=1', '-U', ownerRole, '-d', 'shortstack'];
const readVerifiers = `select rolname, rolpassword from pg_authid where rolpassword is not null and rolname like 'shortstack%';`;

/** The roles of the stack's Postgres, which runs. */
export function createRoles({ root, run, compose, secrets }: Deps): Roles {
  // Also while a copy is made of the database, which takes no other changes then.
  const ask = (sql: string) =>
    tell({ run, compose }, 'postgres', [...psql, '-F', ' '], `set default_transaction_read_only = off;\n${sql}`);
  async function verifiers(): Promise<Map<string, string>> {
    const lines = (await ask(readVerifiers)).split('\n').filter((line) => line !== '');
    return new Map(lines.map((line) => [line.slice(0, line.indexOf(' ')), line.slice(line.indexOf(' ') + 1)]));
  }
  async function logins(): Promise<Login[]> {
    const words = await secrets.passwords();
    return [
      { role: words.database_login, password: words.database_password },
      { role: ownerRole, password: words.database_owner_password },
      { role: monitorRole, password: words.database_monitor_password },
    ];
  }
  const other = async () => otherLogin((await secrets.passwords()).database_login);
  return {
    async ensure() {
      const script = await readFile(join(root, 'postgres', 'roles.sh'), 'utf8');
      await must(compose.run(['exec', '-T', 'postgres', 'bash', '-c', script]), 'looking after the roles of Postgres');
      const statements = passwordStatements(await logins(), await verifiers());
      if (statements.length > 0) await ask(statements.join('\n'));
    },
    bothOpen: async () => (await verifiers()).has(await other()),
    closeOther: async () => void (await ask(closeStatement(await other()))),
  };
}
