import { appendFile } from 'node:fs/promises';
import { buildImages, foreignImages, type LocalImage, pullImages } from '../deploy/images.ts';
import { type DeployOptions, parseDeployOptions, usage } from '../deploy/options.ts';
import { type DeployRequest, requestWords } from '../deploy/request.ts';
import { shipImages, shipTree, withTree } from '../deploy/ship.ts';
import type { Ssh } from '../deploy/ssh.ts';
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

async function smoke(ssh: Ssh, url: string | undefined): Promise<void> {
  if (url === undefined) return;
  const answer = await fetch(url, { redirect: 'manual', signal: AbortSignal.timeout(15_000) }).catch(
    (error: Error) => error,
  );
  if (!(answer instanceof Error) && answer.status < 400) return;
  await ssh.follow('rollback');
  throw new ScriptError(`${url} does not answer from here; the release before serves again`);
}

async function summarise(path: string | undefined, rows: readonly (readonly [string, string])[]): Promise<void> {
  if (path === undefined) return;
  const table = rows.map(([name, value]) => `| ${name} | ${value} |`).join('\n');
  await appendFile(path, `| | |\n|---|---|\n${table}\n`);
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
  const code = await ssh.follow('deploy', ...requestWords(request));
  if (code === 0) await smoke(ssh, options.smoke);
  await summarise(options.summary, [
    ['commit', commit],
    ['outcome', code === 0 ? 'serves' : `failed (exit code ${code}), everything is as before`],
    ['seconds', ((performance.now() - start) / 1_000).toFixed(0)],
    ...own.map(({ setting, name }) => [setting, name] as const),
  ]);
  return code;
}

/** `deploy`: from a commit here to a release that serves there. */
export const deploy: Command = withHelp(usage, async (context) => {
  const options = parseDeployOptions(context.argv, context.env);
  return await withServer(context, options.destination, (ssh) => bring(context, options, ssh));
});
