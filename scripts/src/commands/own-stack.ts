import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { cp, mkdtemp, symlink, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import type { OwnStack } from '../chaos/fault.ts';
import type { Journal } from '../chaos/journal.ts';
import { makeSmallDisk, removeOwnStack } from '../chaos/own-stack.ts';
import { createRun, must } from '../platform/run.ts';
import { withValues } from '../secrets/environment-file.ts';
import type { CommandContext } from './command.ts';
import { openStack } from './open-stack.ts';

/** What a folder keeps for itself. */
const ofItsOwn = new Set(['.git', '.env', '.secrets', '.data', 'results', 'node_modules', 'coverage']);
const databaseImage = 'shortstack/database:latest';
/** Apart from the usual one, which may be beside it. */
const edgeNetwork = '10.213.99';

async function freePort(): Promise<string> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return String(port);
}

/** Settings of a stack that gets in nobody's way, with the images of the one beside it. */
async function settingsOf({ volume }: OwnStack, values: Readonly<Record<string, string>>) {
  const images = Object.entries(values).filter(([name, value]) => name.endsWith('_IMAGE') && value !== '');
  return {
    ...Object.fromEntries(images),
    COMPOSE_PROJECT_NAME: volume,
    DOCKER_SOCKET: values['DOCKER_SOCKET'] ?? '',
    EDGE_LIMIT: 'off',
    EDGE_NETWORK: edgeNetwork,
    HTTP_PORT: await freePort(),
    HTTPS_PORT: await freePort(),
    POSTGRES_VOLUME: volume,
    PUBLISH_ADDRESS: '127.0.0.1',
  };
}

async function copyProject(from: string, to: string): Promise<void> {
  await cp(from, to, { recursive: true, filter: (path) => path === from || !ofItsOwn.has(basename(path)) });
  await symlink(join(from, 'node_modules'), join(to, 'node_modules'));
}

/**
 * A stack beside the one of this folder, whose Postgres has a small disk of its own. It is written down before it is made,
 * and removed with `held`.
 */
export async function openOwnStack(
  context: CommandContext,
  journal: Journal,
  held: AsyncDisposableStack,
): Promise<CommandContext> {
  const { env, root, run, print } = context;
  const folder = await mkdtemp(join(tmpdir(), 'shortstack-drill-'));
  const own = { folder, volume: `drill${randomBytes(4).toString('hex')}` };
  const { values } = await openStack(context);
  await journal.add([{ kind: 'own-stack', ...own }]);
  const settings = await settingsOf(own, values);
  const ownEnv = Object.fromEntries(Object.entries(env).filter(([name]) => !(name in settings)));
  const ownRun = createRun({ cwd: folder, env: ownEnv });
  held.defer(async () => {
    print('removing the stack of the drill');
    await removeOwnStack(ownRun, own);
    await journal.clear();
  });
  print(`making a stack of its own in ${folder}`);
  await copyProject(root, folder);
  await writeFile(join(folder, '.env'), withValues('', settings), { mode: 0o600 });
  await makeSmallDisk(run, own, databaseImage);
  await must(ownRun(join(folder, 'scripts', 'up'), []), 'starting the stack of the drill');
  return { ...context, root: folder, env: ownEnv, run: ownRun };
}
