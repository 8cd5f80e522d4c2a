import { randomBytes } from 'node:crypto';
import { chmod, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { appLogins, otherLogin } from '../roles/login.ts';
import { readBackupChoices } from './backup-choices.ts';
import { deliverySecrets } from './delivery.ts';
import { withValues } from './environment-file.ts';
import { ownerOnly, putForServices, readOr, replaceFile } from './files.ts';
import {
  type Password,
  type Passwords,
  type Personal,
  type Personals,
  passwords,
  personal,
  secretFiles,
} from './secrets.ts';
import { createUnfinished } from './unfinished.ts';

type Deps = { root: string };

const ownerOnlyFolder = 0o700;

/** 192 random bits, in letters that need no quoting anywhere. */
export const makeSecret = (): string => randomBytes(24).toString('base64url').replace(/[-_]/g, 'x');

export type Renewed = { before: readonly string[]; after: string };

export type SecretStore = {
  /** What `.env` says now. */
  environment(): Promise<Record<string, string>>;
  /** Writes values into `.env` and leaves the rest of it alone. */
  remember(values: Readonly<Record<string, string>>): Promise<void>;
  /** Makes what is missing, and brings every file under `.secrets` to what `.env` says. Whether anything was made. */
  ensure(): Promise<boolean>;
  /** What programs know, made where it is missing. */
  passwords(): Promise<Passwords>;
  /**
   * Puts a new value in the place of a secret, here and in every file that holds it. `before` are those until now, the
   * newest first: more than one when a renewal was not finished, as whoever keeps the secret itself may know any of them.
   * `tell` comes before anything is written: what is made from the files then finds its value known.
   */
  renew(name: Personals | Password, tell?: (values: Renewed) => Promise<void>): Promise<Renewed>;
  /** Forgets the values before: nobody knows another one than the present any more. */
  settle(name: Personals | Password): Promise<void>;
};

/** Those of the files, made where they are missing. */
async function readPasswords(folder: string): Promise<Passwords> {
  const made = passwords.map(async (name) => [name, await readOr(join(folder, name), makeSecret())]);
  const login = readOr(join(folder, 'database_login'), appLogins[0]);
  return Object.fromEntries([...(await Promise.all(made)), ['database_login', await login]]) as Passwords;
}

/** A renewal of the password of replicas moves on to another role. */
const loginAfter = (name: string, { database_login }: Passwords): Record<string, string> =>
  name === 'database_password' ? { database_login: otherLogin(database_login) } : {};

/** The files that hold what nobody else may know: `.env` and `.secrets/`. */
export function createSecretStore({ root }: Deps): SecretStore {
  const file = join(root, '.env');
  const folder = join(root, '.secrets');
  const environment = async () => parseEnv(await readOr(file, '')) as Record<string, string>;
  async function remember(values: Readonly<Record<string, string>>) {
    const before = await readOr(file, '');
    const after = withValues(before, values);
    if (after !== before) await replaceFile(file, after, ownerOnly);
  }
  const unfinished = createUnfinished({ folder });
  async function ensurePasswords(): Promise<Passwords> {
    await unfinished.finish();
    return await readPasswords(folder);
  }
  const store: SecretStore = {
    environment,
    remember,
    passwords: ensurePasswords,
    async ensure() {
      await mkdir(folder, { recursive: true, mode: ownerOnlyFolder });
      await chmod(folder, ownerOnlyFolder);
      const before = await environment();
      const missing = personal.filter((name) => !before[name]);
      await remember(Object.fromEntries(missing.map((name) => [name, makeSecret()])));
      const now = await environment();
      const files = {
        ...secretFiles(now as Personal, await ensurePasswords(), readBackupChoices(now)),
        ...deliverySecrets(now),
      };
      for (const [name, text] of Object.entries(files)) await putForServices(folder, name, text);
      return missing.length > 0;
    },
    async renew(name, tell) {
      const words = await ensurePasswords();
      const own = personal.find((one) => one === name);
      const before = await unfinished.keep(name, own ? ((await environment())[own] ?? '') : words[name as Password]);
      const after = makeSecret();
      await tell?.({ before, after });
      if (own) await remember({ [own]: after });
      else await unfinished.replace({ [name]: after, ...loginAfter(name, words) });
      await store.ensure();
      return { before, after };
    },
    settle: unfinished.forget,
  };
  return store;
}
