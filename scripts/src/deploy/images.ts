import { must, type Run } from '../platform/run.ts';
import { buildImage, nameImage, type ReleaseImage } from '../stack/image.ts';
import { type ImageSetting, releaseImages } from './request.ts';

type Deps = { run: Run; settings: Readonly<Record<string, string>>; print: (line: string) => void };

/** An image of the release, here, under the name that it has on the server too; `id` is what the server is asked for. */
export type LocalImage = { setting: ImageSetting; name: string; id: string };

const targets = Object.entries(releaseImages) as [ImageSetting, string][];

/** Where the name says what an image was made from, the one that the server has of that name stays. */
const localImage = (setting: ImageSetting, { image, imageId, release }: ReleaseImage): LocalImage => ({
  setting,
  name: image,
  id: image.endsWith(`:${release}`) ? imageId : image,
});

/** Builds every image of the release from a folder. */
export async function buildImages({ run, settings, print }: Deps): Promise<LocalImage[]> {
  const built: LocalImage[] = [];
  for (const [setting, target] of targets) {
    print(`building ${target}`);
    built.push(localImage(setting, await buildImage({ run }, target, settings)));
  }
  return built;
}

type Source = {
  prefix: string;
  tag: string;
  /** Images by their digest, by their target. */
  pinned: Readonly<Record<string, string>>;
};

/** Fetches every image of the release from a registry, by its digest if that is given, and names it. */
export async function pullImages({ run, print }: Deps, { prefix, tag, pinned }: Source): Promise<LocalImage[]> {
  const pulled: LocalImage[] = [];
  for (const [setting, target] of targets) {
    const from = pinned[target] ?? `${prefix}/${target}:${tag}`;
    print(`fetching ${from}`);
    await must(run('docker', ['pull', '--quiet', from]), `pulling ${from}`);
    pulled.push(localImage(setting, await nameImage({ run }, target, from)));
  }
  return pulled;
}

/**
 * Images of others that are here: a server that reaches no registry gets them from us. One that it has of that name stays:
 * another build of the same version is no reason to replace what everybody goes through.
 */
export async function foreignImages({ run, settings }: Deps): Promise<{ name: string; id: string }[]> {
  const names = [
    ...new Set(
      Object.entries(settings)
        .filter(([name]) => /^(NGINX|CACHE|QUEUE)_IMAGE$/.test(name))
        .map(([, value]) => value),
    ),
  ];
  const found = await Promise.all(
    names.map(async (name) => ({ name, id: name, ...(await run('docker', ['image', 'inspect', name])) })),
  );
  return found.filter(({ code }) => code === 0).map(({ name, id }) => ({ name, id }));
}
