import { ScriptError } from '../platform/run.ts';

type Parts = {
  /** `scripts/host/init` and `scripts/host/shortstack-entry`. */
  init: string;
  entry: string;
  /** Public keys that may deploy. */
  keys: readonly string[];
  check: boolean;
};

const publicKey = /^(ssh-ed25519|ssh-rsa|ecdsa-sha2-nistp\d{3}|sk-[\w.@-]+) [A-Za-z0-9+/]+=*( [\w.@-]{1,64})?$/;

/** A public key as it stands in its file; without a comment that could be more than one. */
export function parsePublicKey(text: string): string {
  const [kind = '', body = '', comment = ''] = text.trim().split(/\s+/);
  const key = [kind, body, /^[\w.@-]{1,64}$/.test(comment) ? comment : ''].join(' ').trim();
  if (!publicKey.test(key)) throw new ScriptError('that is no public key: give the file that ends in .pub');
  return key;
}

/** One script of both, that needs nothing but bash: what runs on a machine that has nothing of ours yet. */
export function initScript({ init, entry, keys, check }: Parts): string {
  const words = [...(check ? ['--check'] : []), ...keys.map(parsePublicKey)].map((word) => `'${word}'`);
  const [first = '', ...rest] = init.split('\n');
  const head = [
    `SHORTSTACK_ENTRY=$(base64 -d <<< '${Buffer.from(entry.trimEnd()).toString('base64')}')`,
    `set -- ${words.join(' ')}`,
  ];
  return [first, ...head, ...rest].join('\n');
}

/** The same as user data of cloud-init: a machine that makes itself a server at its first start. */
export const cloudInit = (script: string): string => `#cloud-config
write_files:
  - path: /root/shortstack-init
    permissions: '0700'
    encoding: b64
    content: ${Buffer.from(script).toString('base64')}
runcmd:
  - [bash, -c, '/root/shortstack-init > /var/log/shortstack-init.log 2>&1']
`;
