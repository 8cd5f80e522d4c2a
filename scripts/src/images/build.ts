import { cp, mkdtemp, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { must, type Run } from '../platform/run.ts';
import { baseImage, nodeImage, type Profile, plannedBuilds, suites } from './debian.ts';

type Deps = {
  run: Run;
  root: string;
  /** The version of Node, and the npm package that brings it on this platform. */
  node: { name: string; version: string };
  print: (line: string) => void;
};

const buildTimeout = 1_800_000;
const mirrorOf = `awk '/^URIs:/ { print $2; exit }' /etc/apt/sources.list.d/debian.sources`;

/** A base system from packages alone, piped into the engine. */
const bootstrap = (suite: string, image: string): string => `set -euo pipefail
mmdebstrap --quiet --variant=minbase --components=main --include=ca-certificates \\
  --aptopt='Acquire::Check-Valid-Until "false"' --aptopt='APT::Install-Recommends "false"' \\
  --dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt='path-exclude=/usr/share/locale/*' \\
  --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-include=/usr/share/doc/*/copyright' --dpkgopt=force-unsafe-io \\
  --keyring=/usr/share/keyrings/debian-archive-keyring.gpg ${suite} - "$(${mirrorOf})" | docker import - ${image}`;

const exists = async ({ run }: Deps, image: string): Promise<boolean> =>
  (await run('docker', ['image', 'inspect', '--format', '{{.Id}}', image])).code === 0;

type Options = { target?: string | undefined; ca?: string | undefined };

async function build(deps: Deps, folder: string, tag: string, { ca, target }: Options = {}): Promise<void> {
  const part = target ? ['--target', target] : [];
  const secret = ca && ca !== '/dev/null' ? ['--secret', `id=ca,src=${ca}`] : [];
  const args = ['build', '--quiet', '--tag', tag, ...part, ...secret, folder];
  await must(deps.run('docker', args, { timeout: buildTimeout }), `building ${tag}`);
}

/** Node's image from the two npm packages, so that a build needs no registry but npm's. */
async function buildNode(deps: Deps): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'node-image-'));
  try {
    await cp(join(deps.root, 'scripts', 'images', 'node'), folder, { recursive: true });
    for (const [spec, file] of [
      [`${deps.node.name}@${deps.node.version}`, 'node.tgz'],
      ['npm@11', 'npm.tgz'],
    ] as const) {
      const packed = await must(
        deps.run('npm', ['pack', '--silent', '--pack-destination', folder, spec]),
        `fetching ${spec}`,
      );
      await rename(join(folder, packed.trim().split('\n').at(-1) ?? ''), join(folder, file));
    }
    await build(deps, folder, nodeImage);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * Makes every third-party image that a profile of the stack uses from Debian's packages, or from Go modules where Debian
 * has none, under its upstream name, where it is missing.
 */
export async function buildDebianImages(
  deps: Deps,
  values: Readonly<Record<string, string>>,
  profile: Profile,
): Promise<void> {
  const missing = async (image: string, make: () => Promise<unknown>) => {
    if (await exists(deps, image)) return;
    deps.print(`building ${image} from packages`);
    await make();
  };
  for (const suite of suites) {
    const image = baseImage(suite);
    const command = ['-c', bootstrap(suite, image)];
    await missing(image, () => must(deps.run('bash', command, { timeout: buildTimeout }), `making ${image}`));
  }
  await missing(nodeImage, () => buildNode(deps));
  for (const { folder, tag, target } of plannedBuilds(values, profile))
    await missing(tag, () =>
      build(deps, join(deps.root, 'scripts', 'images', folder), tag, { target, ca: values['BUILD_CA'] }),
    );
}
