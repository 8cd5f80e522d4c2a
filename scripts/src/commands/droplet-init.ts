import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { withCredentials } from '../deploy/credentials.ts';
import { type Destination, parseDestination } from '../deploy/destination.ts';
import { cloudInit, initScript } from '../deploy/init-script.ts';
import { sshArguments } from '../deploy/ssh.ts';
import { ScriptError } from '../platform/run.ts';
import type { Command, CommandContext } from './command.ts';
import { withHelp } from './help.ts';
import { interruptible } from './interruptible.ts';

const usage = `usage: scripts/droplet-init USER@HOST[:PORT] --key FILE.pub [--key …]
       scripts/droplet-init USER@HOST[:PORT] --check [--key …]
       scripts/droplet-init --cloud-init --key FILE.pub

Makes a fresh Debian 12, 13 or Ubuntu 24.04 a server: Docker, an account \`deploy\` that can do one thing, firewall, sshd,
swap, updates. USER is root, or may use sudo without a password; the machine's host
key is known already (~/.ssh/known_hosts, or DEPLOY_KNOWN_HOSTS). Again, it changes nothing.
  --key         a public key that may deploy, and nothing else
  --check       says what differs, changes nothing; exit code 1 when something does
  --cloud-init  prints user data that does the same at a machine's first start`;

function parse({ argv }: CommandContext) {
  const options = {
    key: { type: 'string', multiple: true, default: [] as string[] },
    check: { type: 'boolean', default: false },
    'cloud-init': { type: 'boolean', default: false },
  } as const;
  try {
    const { values, positionals } = parseArgs({ args: [...argv], options, allowPositionals: true });
    if (positionals.length !== (values['cloud-init'] ? 0 : 1)) throw new Error('one server, please');
    if (!values.check && values.key.length === 0) throw new Error('--key is missing: who may deploy?');
    return { ...values, server: positionals[0] };
  } catch (cause) {
    throw new ScriptError(`${(cause as Error).message}\n${usage}`, { cause });
  }
}

/**
 * The script comes in whole before it begins: what it runs must not read on in it. It knows by which port we have come,
 * which sudo would not tell it.
 */
const remote = `script=$(cat); if [ "$(id -u)" = 0 ]; then exec bash -c "$script" < /dev/null; fi; exec sudo -n env SSH_CONNECTION="$SSH_CONNECTION" bash -c "$script" < /dev/null`;

const longest = 1_800_000;

function nextSteps({ host, port }: Destination, said: string): string[] {
  const keys = [...said.matchAll(/^(ssh-\S+|ecdsa-\S+) \S+$/gm)].map(([line]) => line);
  const name = port === undefined ? host : `[${host}]:${port}`;
  return [
    '',
    'Store in GitHub, in the environment "production":',
    `  variable DEPLOY_HOST         deploy@${host}${port === undefined ? '' : `:${port}`}`,
    '  variable DEPLOY_KNOWN_HOSTS  these lines:',
    ...keys.map((key) => `    ${name} ${key}`),
    '  secret   DEPLOY_KEY          the private key that belongs to --key',
  ];
}

/** `droplet-init`: from a fresh machine to one that can be deployed to. */
export const dropletInit: Command = withHelp(usage, async (context) => {
  const { key, check, server, 'cloud-init': cloud } = parse(context);
  const { root, print } = context;
  const read = (path: string) => readFile(path, 'utf8');
  const [init, entry] = await Promise.all(
    ['init', 'shortstack-entry'].map((name) => read(join(root, 'scripts', 'host', name))),
  );
  const script = initScript({ init: init ?? '', entry: entry ?? '', keys: await Promise.all(key.map(read)), check });
  if (cloud) {
    print(cloudInit(script).trimEnd());
    return 0;
  }
  const destination = parseDestination(server);
  return await interruptible(
    context,
    async (here) => {
      const { code, stdout, stderr } = await withCredentials(here, (credentials) =>
        here.run('ssh', [...sshArguments(destination, credentials), remote], { input: script, timeout: longest }),
      );
      print(`${stdout}${stderr}`.trim());
      if (code === 0 && !check) for (const line of nextSteps(destination, stdout)) print(line);
      return code === 0 ? 0 : 1;
    },
    () => 'the server may go on, or have stopped anywhere; run it again, which does what is not done',
  );
});
