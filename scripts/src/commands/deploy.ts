import { readHello } from '../deploy/hello.ts';
import { buildImages, foreignImages, type LocalImage, pullImages } from '../deploy/images.ts';
import { type DeployOptions, parseDeployOptions, usage } from '../deploy/options.ts';
import { lookFromHere } from '../deploy/outside.ts';
import { type DeployRequest, requestWords } from '../deploy/request.ts';
import { shipImages, shipTree, withTree } from '../deploy/ship.ts';
import type { Ssh } from '../deploy/ssh.ts';
import { type Tell, withSummary } from '../deploy/summary.ts';
import { createRun, must, ScriptError } from '../platform/run.ts';
import { readStackSettings } from '../settings.ts';
import type { Command } from './command.ts';
import { withHelp } from './help.ts';
import { goesOn, type Interruptible, interruptible } from './interruptible.ts';
import { withServer } from './with-server.ts';

async function commitOf({ run }: Interruptible, ref: string): Promise<string> {
  const full = ['rev-parse', '--verify', '--quiet', '--end-of-options', `${ref}^{commit}`];
  return (await must(run('git', full), `looking for ${ref}`)).trim();
}

/** Every image of the commit, on this machine. */
async function provide(context: Interruptible, commit: string, { registry }: DeployOptions) {
  const { env, print, signal } = context;
  const read = readStackSettings(env);
  if (read.kind === 'problems') throw new ScriptError(read.problems.join('\n'));
  const settings = { ...read.values, ...(env['NODE_EXTRA_CA_CERTS'] && { BUILD_CA: env['NODE_EXTRA_CA_CERTS'] }) };
  const own: LocalImage[] = registry
    ? await pullImages({ run: context.run, settings, print }, { tag: commit, ...registry })
    : await withTree(context.run, commit, (folder) =>
        buildImages({ run: createRun({ cwd: folder, env, signal }), settings, print }),
      );
  return { own, foreign: await foreignImages({ run: context.run, settings, print }) };
}

/** The exit code of a deployment that finds another one under way. */
const held = 3;

type Telling = {
  tell: Tell;
  /** The server is about to be asked to change. */
  begins: () => void;
};

async function bring(context: Interruptible, options: DeployOptions, ssh: Ssh, telling: Telling): Promise<number> {
  const { env, print, signal } = context;
  const { tell, begins } = telling;
  const { versions, holder, findings } = readHello(await ssh.ask('hello'));
  print(versions);
  for (const { kind, what, remedy } of findings) print(`${kind}: ${what}\n  ${remedy}`);
  const refused = holder ? `this runs already: ${holder}` : findings.find(({ kind }) => kind === 'wrong')?.what;
  if (refused !== undefined) {
    print(`refused, ${refused}`);
    tell({ why: `refused, ${refused}` });
    return holder ? held : 1;
  }
  const commit = await commitOf(context, options.ref);
  tell({ commit });
  const { own, foreign } = await provide(context, commit, options);
  tell({ images: own });
  await shipImages({ ssh, print }, [...own, ...foreign]);
  await shipTree({ ssh, print }, commit);
  const images = Object.fromEntries(own.map(({ setting, name }) => [setting, name]));
  const by = env['GITHUB_ACTOR'] ?? env['USER'] ?? 'somebody';
  const request: DeployRequest = { commit, images, by, askedAt: Date.now() };
  begins();
  const { code, stdout: said, last } = await ssh.follow('deploy', ...requestWords(request));
  tell({ said, why: last });
  if (code !== 0 || !options.smoke) return code;
  const unreached = await lookFromHere({ ssh, print, signal }, { url: options.smoke, commit, by });
  if (unreached === undefined) return 0;
  print(unreached);
  tell({ why: unreached });
  return 1;
}

const unchanged = 'nothing has changed on the server; scripts/deploy begins anew';

/** `deploy`: from a commit here to a release that serves there. */
export const deploy: Command = withHelp(usage, async (context) => {
  const options = parseDeployOptions(context.argv, context.env);
  const known = { commit: options.ref, smoke: options.smoke, env: context.env };
  return await withSummary(options.summary, known, (tell) => {
    let left = unchanged;
    const begins = () => {
      left = goesOn;
    };
    return interruptible(
      context,
      (here) => withServer(here, options.destination, (ssh) => bring(here, options, ssh, { tell, begins })),
      () => {
        tell({ why: `interrupted: ${left}` });
        return left;
      },
    );
  });
});
