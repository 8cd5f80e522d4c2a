import { appendFile } from 'node:fs/promises';
import { buildImages, foreignImages, type LocalImage, pullImages } from '../deploy/images.ts';
import { type DeployOptions, parseDeployOptions, usage } from '../deploy/options.ts';
import { type DeployRequest, requestWords } from '../deploy/request.ts';
import { shipImages, shipTree, withTree } from '../deploy/ship.ts';
import type { Ssh } from '../deploy/ssh.ts';
import { deploySummary } from '../deploy/summary.ts';
import { createRun, must, ScriptError } from '../platform/run.ts';
import { readStackSettings } from '../settings.ts';
import type { Command, CommandContext } from './command.ts';
import { withHelp } from './help.ts';
import { withServer } from './with-server.ts';

async function commitOf({ run }: CommandContext, ref: string): Promise<string> {
  const full = ['rev-parse', '--verify', '--quiet', '--end-of-options', `${ref}^{commit}`];
  return (await must(run('git', full), `looking for ${ref}`)).trim();
}

/** Every image of the commit, on this machine. */
async function provide(context: CommandContext, commit: string, { registry }: DeployOptions) {
  const { env, print } = context;
  const read = readStackSettings(env);
  if (read.kind === 'problems') throw new ScriptError(read.problems.join('\n'));
  const settings = { ...read.values, ...(env['NODE_EXTRA_CA_CERTS'] && { BUILD_CA: env['NODE_EXTRA_CA_CERTS'] }) };
  const own: LocalImage[] = registry
    ? await pullImages({ run: context.run, settings, print }, { tag: commit, ...registry })
    : await withTree(context.run, commit, (folder) =>
        buildImages({ run: createRun({ cwd: folder, env }), settings, print }),
      );
  return { own, foreign: await foreignImages({ run: context.run, settings, print }) };
}

/** Whether a page answers from here; when it does not, the server goes back. */
async function answersFromHere({ print }: CommandContext, ssh: Ssh, url: string | undefined): Promise<boolean> {
  if (url === undefined) return true;
  const answer = await fetch(url, { redirect: 'manual', signal: AbortSignal.timeout(15_000) }).catch(
    (error: Error) => error,
  );
  if (!(answer instanceof Error) && answer.status < 400) return true;
  await ssh.follow('rollback');
  print(`failed at "smoke test from here": ${url} does not answer; the release before serves again`);
  return false;
}

async function bring(context: CommandContext, options: DeployOptions, ssh: Ssh): Promise<number> {
  const { env, print } = context;
  const start = performance.now();
  print((await ssh.ask('hello')).trim().replaceAll('\n', ', '));
  const commit = await commitOf(context, options.ref);
  const { own, foreign } = await provide(context, commit, options);
  await shipImages({ ssh, print }, [...own, ...foreign]);
  await shipTree({ ssh, print }, commit);
  const images = Object.fromEntries(own.map(({ setting, name }) => [setting, name]));
  const by = env['GITHUB_ACTOR'] ?? env['USER'] ?? 'somebody';
  const request: DeployRequest = { commit, images, by, askedAt: Date.now() };
  const { code: ended, stdout: said } = await ssh.follow('deploy', ...requestWords(request));
  const code = ended === 0 && !(await answersFromHere(context, ssh, options.smoke)) ? 1 : ended;
  const seconds = (performance.now() - start) / 1_000;
  const told = { commit, code, seconds, images: own, said, smoke: options.smoke, env };
  if (options.summary) await appendFile(options.summary, deploySummary(told));
  return code;
}

/** `deploy`: from a commit here to a release that serves there. */
export const deploy: Command = withHelp(usage, async (context) => {
  const options = parseDeployOptions(context.argv, context.env);
  return await withServer(context, options.destination, (ssh) => bring(context, options, ssh));
});
