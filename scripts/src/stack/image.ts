import { must, type Run, ScriptError } from '../platform/run.ts';

type Deps = { run: Run };

/** What a release is made from: an image that cannot move, and its short name in logs and metrics. */
export type ReleaseImage = { image: string; imageId: string; release: string };

const shortLength = 12;
const short = (id: string): string => id.replace(/^sha256:/, '').slice(0, shortLength);

const idOf = async ({ run }: Deps, reference: string): Promise<string | undefined> => {
  const { code, stdout } = await run('docker', ['image', 'inspect', '--format', '{{.Id}}', reference]);
  return code === 0 ? stdout.trim() : undefined;
};

/** Builds one target of this project and names it after its content. The same content is the same image. */
export async function buildImage(
  deps: Deps,
  target: string,
  env: Readonly<Record<string, string>>,
): Promise<ReleaseImage> {
  const latest = `shortstack/${target}:latest`;
  const secret = env['BUILD_CA'] && env['BUILD_CA'] !== '/dev/null' ? ['--secret', `id=ca,src=${env['BUILD_CA']}`] : [];
  const postgres = env['POSTGRES_IMAGE'] ? ['--build-arg', `POSTGRES_IMAGE=${env['POSTGRES_IMAGE']}`] : [];
  const args = ['build', '--quiet', '--target', target, '--tag', latest, ...secret, ...postgres, '.'];
  await must(deps.run('docker', args, { timeout: 1_800_000 }), `building ${target}`);
  const imageId = (await idOf(deps, latest)) ?? '';
  const image = `shortstack/${target}:${short(imageId)}`;
  await must(deps.run('docker', ['tag', imageId, image]), `naming ${image}`);
  return { image, imageId, release: short(imageId) };
}

/** An image by its reference: what this machine has, else what can be pulled. */
export async function fetchImage(deps: Deps, image: string): Promise<ReleaseImage> {
  const here = await idOf(deps, image);
  if (here === undefined) await must(deps.run('docker', ['pull', '--quiet', image]), `pulling ${image}`);
  const imageId = here ?? (await idOf(deps, image));
  if (imageId === undefined) throw new ScriptError(`${image} is not on this machine and could not be pulled`);
  return { image, imageId, release: short(/@(sha256:[0-9a-f]{64})$/.exec(image)?.[1] ?? imageId) };
}
