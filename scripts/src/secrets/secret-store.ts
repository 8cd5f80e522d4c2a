import { randomBytes } from 'node:crypto';
import { chmod, mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { readBackupChoices } from './backup-choices.ts';
import { deliverySecrets } from './delivery.ts';
import { withValues } from './environment-file.ts';
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

const ownerOnly = 0o600;
const ownerOnlyFolder = 0o700;
/** The folder is closed to others; in a container, where the file alone is mounted, a numbered user must read it. */
const servicesToo = 0o444;
/** No file holds this: an empty one is there, and a container that mounts it needs it to be. */
const absent = '\0';

const readOr = (path: string, fallback: string): Promise<string> =>
  readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return fallback;
    throw error;
  });

async function replace(path: string, text: string, mode: number): Promise<void> {
  await writeFile(`${path}.new`, text, { mode: ownerOnly });
  await chmod(`${path}.new`, mode);
  await rename(`${path}.new`, path);
}

/** 192 random bits, in letters that need no quoting anywhere. */
const makeSecret = (): string => randomBytes(24).toString('base64url').replace(/[-_]/g, 'x');

export type SecretStore = {
  /** What `.env` says now. */
  environment(): Promise<Record<string, string>>;
  /** Writes values into `.env` and leaves the rest of it alone. */
  remember(values: Readonly<Record<string, string>>): Promise<void>;
  /** Makes what is missing, and brings every file under `.secrets` to what `.env` says. Whether anything was made. */
  ensure(): Promise<boolean>;
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
    if (after !== before) await replace(file, after, ownerOnly);
  }
  async function ensurePasswords(): Promise<Passwords> {
    const made = passwords.map(async (name) => [name, await readOr(join(folder, name), makeSecret())]);
    return Object.fromEntries(await Promise.all(made)) as Passwords;
  }
  const store: SecretStore = {
    environment,
    remember,
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
      for (const [name, text] of Object.entries(files)) {
        const path = join(folder, name);
        if ((await readOr(path, absent)) !== text) await replace(path, text, servicesToo);
      }
      return missing.length > 0;
    },
    async renew(name) {
      const after = makeSecret();
      const own = personal.find((one) => one === name);
      const before = own ? ((await environment())[own] ?? '') : await readOr(join(folder, name), '');
      if (own) await remember({ [own]: after });
      else await replace(join(folder, name), after, servicesToo);
      await store.ensure();
      return { before, after };
    },
  };
  return store;
}
