import { randomBytes } from 'node:crypto';
import { chmod, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { appLogins, otherLogin } from '../roles/login.ts';
import { readBackupChoices } from './backup-choices.ts';
import { deliverySecrets } from './delivery.ts';
import { withValues } from './environment-file.ts';
import { ownerOnly, putForServices, readOr, replaceFile, servicesToo } from './files.ts';
import {
  type Password,
  type Passwords,
  type Personal,
  type Personals,
  passwords,
  personal,
  secretFiles,
} from './secrets.ts';

type Deps = { root: string };

const ownerOnlyFolder = 0o700;

/** 192 random bits, in letters that need no quoting anywhere. */
export const makeSecret = (): string => randomBytes(24).toString('base64url').replace(/[-_]/g, 'x');

export type SecretStore = {
  /** What `.env` says now. */
  environment(): Promise<Record<string, string>>;
  /** Writes values into `.env` and leaves the rest of it alone. */
  remember(values: Readonly<Record<string, string>>): Promise<void>;
  /** Makes what is missing, and brings every file under `.secrets` to what `.env` says. Whether anything was made. */
  ensure(): Promise<boolean>;
  /** What programs know, made where it is missing. */
  passwords(): Promise<Passwords>;
  /** Puts a new value in the place of a secret, here and in every file that holds it; answers both. */
  renew(name: Personals | Password): Promise<{ before: string; after: string }>;
};

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
  async function ensurePasswords(): Promise<Passwords> {
    const made = passwords.map(async (name) => [name, await readOr(join(folder, name), makeSecret())]);
    const login = readOr(join(folder, 'database_login'), appLogins[0]);
    return Object.fromEntries([...(await Promise.all(made)), ['database_login', await login]]) as Passwords;
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
    async renew(name) {
      const after = makeSecret();
      const own = personal.find((one) => one === name);
      const before = own ? ((await environment())[own] ?? '') : await readOr(join(folder, name), '');
      if (name === 'database_password') {
        const next = otherLogin((await ensurePasswords()).database_login);
        await replaceFile(join(folder, 'database_login'), next, servicesToo);
      }
      if (own) await remember({ [own]: after });
      else await replaceFile(join(folder, name), after, servicesToo);
      await store.ensure();
      return { before, after };
    },
  };
  return store;
}
