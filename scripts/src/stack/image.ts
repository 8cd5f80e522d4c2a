import { inputsLabel, inputsOf } from '../images/inputs.ts';
import { must, type Run, ScriptError } from '../platform/run.ts';

type Deps = { run: Run };

/** What a release is made from: an image that cannot move, and its short name in logs and metrics. */
export type ReleaseImage = { image: string; imageId: string; release: string };

const shortLength = 12;
const short = (id: string): string => id.replace(/^sha256:/, '').slice(0, shortLength);

const inspect = async ({ run }: Deps, reference: string, format: string): Promise<string | undefined> => {
  const { code, stdout } = await run('docker', ['image', 'inspect', '--format', format, reference]);
  return code === 0 ? stdout.trim() : undefined;
};
const idOf = (deps: Deps, reference: string): Promise<string | undefined> => inspect(deps, reference, '{{.Id}}');

/**
 * Names an image of ours that is here: by what it was made from where that is how it is named, else by its content. One that
 * has the former name already stays what it leads to.
 */
export async function nameImage(deps: Deps, target: string, reference: string): Promise<ReleaseImage> {
  const inputs = await inspect(deps, reference, `{{index .Config.Labels "${inputsLabel}"}}`);
  const before = inputs && (await idOf(deps, `shortstack/${target}:${inputs}`));
  const imageId = before || ((await idOf(deps, reference)) ?? '');
  const image = `shortstack/${target}:${inputs || short(imageId)}`;
  if (!before) await must(deps.run('docker', ['tag', imageId, image]), `naming ${image}`);
  return { image, imageId, release: short(imageId) };
}

/** What a build is told beside its target. */
export const buildArguments = (env: Readonly<Record<string, string>>): Record<string, string> =>
  env['POSTGRES_IMAGE'] ? { POSTGRES_IMAGE: env['POSTGRES_IMAGE'] } : {};

/**
 * Builds one target of this project and names it. The same content is the same image; one that is named by what it is
 * made from is only built where none of that name is here.
 */
export async function buildImage(
  deps: Deps,
  target: string,
  env: Readonly<Record<string, string>>,
): Promise<ReleaseImage> {
  const latest = `shortstack/${target}:latest`;
  const args = buildArguments(env);
  const inputs = inputsOf(await must(deps.run('cat', ['Dockerfile']), 'reading the Dockerfile'), target, args);
  const here = inputs && `shortstack/${target}:${inputs}`;
  if (here && (await idOf(deps, here))) await must(deps.run('docker', ['tag', here, latest]), `naming ${latest}`);
  else {
    const secret =
      env['BUILD_CA'] && env['BUILD_CA'] !== '/dev/null' ? ['--secret', `id=ca,src=${env['BUILD_CA']}`] : [];
    const told = Object.entries(args).flatMap(([name, value]) => ['--build-arg', `${name}=${value}`]);
    const label = inputs ? ['--label', `${inputsLabel}=${inputs}`] : [];
    const words = ['build', '--quiet', '--target', target, '--tag', latest, ...secret, ...told, ...label, '.'];
    await must(deps.run('docker', words, { timeout: 1_800_000 }), `building ${target}`);
  }
  return await nameImage(deps, target, latest);
}

/** Names that are given here alone. In the public registry they are somebody else's, whoever takes them there first. */
const isOurs = (image: string): boolean => /^((index\.)?docker\.io\/)?shortstack\//.test(image);

/** An image by its reference: what this machine has, else what can be pulled. One of ours is never pulled. */
export async function fetchImage(deps: Deps, image: string): Promise<ReleaseImage> {
  const here = await idOf(deps, image);
  if (here === undefined && isOurs(image))
    throw new ScriptError(
      `${image} is not on this machine, and no registry has it: scripts/deploy brings the images of a commit, scripts/up builds those of its folder`,
    );
  if (here === undefined) await must(deps.run('docker', ['pull', '--quiet', image]), `pulling ${image}`);
  const imageId = here ?? (await idOf(deps, image));
  if (imageId === undefined) throw new ScriptError(`${image} is not on this machine and could not be pulled`);
  return { image, imageId, release: short(/@(sha256:[0-9a-f]{64})$/.exec(image)?.[1] ?? imageId) };
}
