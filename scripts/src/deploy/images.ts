import { must, type Run } from '../platform/run.ts';
import { buildImage } from '../stack/image.ts';
import { type ImageSetting, releaseImages } from './request.ts';

type Deps = { run: Run; settings: Readonly<Record<string, string>>; print: (line: string) => void };

/** An image of the release, here, under the name that it has on the server too. */
export type LocalImage = { setting: ImageSetting; name: string; id: string };

const targets = Object.entries(releaseImages) as [ImageSetting, string][];

/** Builds every image of the release from a folder. */
export async function buildImages({ run, settings, print }: Deps): Promise<LocalImage[]> {
  const built: LocalImage[] = [];
  for (const [setting, target] of targets) {
    print(`building ${target}`);
    const { image, imageId } = await buildImage({ run }, target, settings);
    built.push({ setting, name: image, id: imageId });
  }
  return built;
}

type Source = { prefix: string; tag: string; app?: string };

/** Fetches every image of the release from a registry, the service's by its digest if that is given; names them by content. */
export async function pullImages({ run, print }: Deps, { prefix, tag, app }: Source): Promise<LocalImage[]> {
  const pulled: LocalImage[] = [];
  for (const [setting, target] of targets) {
    const from = target === 'app' && app ? app : `${prefix.toLowerCase()}/${target}:${tag}`;
    print(`fetching ${from}`);
    await must(run('docker', ['pull', '--quiet', from]), `pulling ${from}`);
    const id = (await must(run('docker', ['image', 'inspect', '--format', '{{.Id}}', from]), `reading ${from}`)).trim();
    const name = `shortstack/${target}:${id.replace('sha256:', '').slice(0, 12)}`;
    await must(run('docker', ['tag', id, name]), `naming ${name}`);
    pulled.push({ setting, name, id });
  }
  return pulled;
}

/** Images of others that are here: a server that reaches no registry gets them from us. */
export async function foreignImages({ run, settings }: Deps): Promise<{ name: string; id: string }[]> {
  const names = [
    ...new Set(
      Object.entries(settings)
        .filter(([name]) => /^(NGINX|CACHE|QUEUE)_IMAGE$/.test(name))
        .map(([, value]) => value),
    ),
  ];
  const found = await Promise.all(
    names.map(async (name) => ({ name, ...(await run('docker', ['image', 'inspect', '--format', '{{.Id}}', name])) })),
  );
  return found.filter(({ code }) => code === 0).map(({ name, stdout }) => ({ name, id: stdout.trim() }));
}
