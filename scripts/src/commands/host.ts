import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createKeeperContainer } from '../backup/container.ts';
import { hostDeploy, undoAndTell } from '../deploy/host-deploy.ts';
import { createReleaseLog } from '../deploy/release-log.ts';
import { type DeployRequest, parseRequest } from '../deploy/request.ts';
import { chooseRollback, parseRollback } from '../deploy/rollback.ts';
import { createServer } from '../deploy/server.ts';
import { createRun, ScriptError } from '../platform/run.ts';
import { createRoles } from '../roles/roles.ts';
import { lockStack } from '../stack/lock.ts';
import type { Command, CommandContext } from './command.ts';
import { openStack } from './open-stack.ts';
import { prepare } from './prepare.ts';
import { startedByCompose } from './services.ts';
import { profileOf } from './up-options.ts';

const usage = 'usage: host deploy COMMIT NAME=VALUE… | rollback [NUMBER] [BAD=COMMIT] NAME=VALUE… | undo';

/** The live tree is not the one that this code is in: a release brings the code that deploys it. */
const liveTree = ({ env, root }: CommandContext): string => env['SHORTSTACK_ROOT'] ?? root;

async function openServer(context: CommandContext, by: string) {
  const { env, print } = context;
  const root = liveTree(context);
  const state = join(root, '.deploy');
  await mkdir(state, { recursive: true });
  const here = { ...context, root, run: createRun({ cwd: root, env }) };
  const stack = await openStack(here);
  const { compose, autoscaler, secrets, values } = stack;
  const asBefore = { profile: profileOf(await secrets.environment()), seed: undefined, import: undefined };
  const server = createServer({
    root,
    state,
    run: here.run,
    compose,
    autoscaler,
    keeper: createKeeperContainer({ compose }),
    settings: secrets.environment,
    remember: secrets.remember,
    roles: createRoles({ root, run: here.run, compose, secrets }),
    services: () => startedByCompose(compose),
    prepare: async (urgent) => void (await prepare(here, { ...asBefore, open: false, debianImages: false }, urgent)),
    by,
    print,
  });
  const envFiles = { COMPOSE_ENV_FILES: join(root, '.env') };
  const runIn = (folder: string) => createRun({ cwd: folder, env: { ...env, ...envFiles } });
  return { server, runIn, project: values['COMPOSE_PROJECT_NAME'] ?? '', now: Date.now, state };
}

async function deploy(context: CommandContext, request: DeployRequest, back?: number): Promise<number> {
  const deps = await openServer(context, request.by);
  const { number, seconds } = await hostDeploy(deps, request, back);
  context.print(`release ${number} (${request.commit.slice(0, 12)}) serves, after ${seconds} s`);
  return 0;
}

async function rollback(context: CommandContext, words: readonly string[]): Promise<number> {
  const { state, now } = await openServer(context, 'rollback');
  const to = await chooseRollback({ log: createReleaseLog({ folder: state }), now }, parseRollback(words));
  const rest = words.filter((word) => /^(BY|ASKED_AT)=/.test(word));
  const images = Object.entries(to.images).map(([name, value]) => `${name}=${value}`);
  return await deploy(context, { ...parseRequest([to.commit, ...images, ...rest]), urgent: true }, to.number);
}

/** `host`: what runs on the server, in the tools' image, when somebody deploys there. */
export const host: Command = async (context) => {
  const [what = '', ...words] = context.argv;
  const by = words.find((word) => word.startsWith('BY='))?.slice('BY='.length) ?? 'somebody';
  // What a failed deployment puts back are settings: nobody else may have changed them meanwhile.
  await using _lock = await lockStack({ root: liveTree(context), now: Date.now }, { what: `scripts/${what}`, by });
  if (what === 'deploy') return await deploy(context, parseRequest(words));
  if (what === 'rollback') return await rollback(context, words);
  if (what === 'undo') {
    const undone = await undoAndTell(await openServer(context, 'undo'));
    context.print(undone ? 'everything is as before' : 'there is nothing to undo');
    return 0;
  }
  throw new ScriptError(usage);
};
