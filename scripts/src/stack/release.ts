import { ScriptError } from '../platform/run.ts';
import type { SecretStore } from '../secrets/secret-store.ts';
import type { Autoscaler } from './autoscaler.ts';
import type { Compose } from './compose.ts';
import type { ReleaseImage } from './image.ts';
import { ensureTemplate, pruneTemplates, releaseSettings } from './template.ts';

type Deps = {
  compose: Compose;
  autoscaler: Autoscaler;
  secrets: Pick<SecretStore, 'remember'>;
  print: (line: string) => void;
};

/** Applies the migrations of a release, with its own image. They are safe while the release before still runs. */
export async function migrate({ compose }: Pick<Deps, 'compose'>, image: ReleaseImage): Promise<void> {
  const args = ['run', '--rm', '--no-deps', '--quiet-pull', 'migrate'];
  const { code } = await compose.run(args, releaseSettings(image), true);
  if (code !== 0) throw new ScriptError('the migrations failed: nothing was rolled out, the old release serves');
}

/** Exit codes of the autoscaler's `release`. */
const rolledBack = 4;

/**
 * Rolls to an image: migrations first, then a template, then the autoscaler does the rest and goes back by itself when
 * the new release is worse. Answers the exit code: 0 when it serves, 3 refused, 4 rolled back.
 */
export async function rollOut(deps: Deps, image: ReleaseImage, by: string): Promise<number> {
  const { compose, autoscaler, secrets, print } = deps;
  const held = (await autoscaler.status())?.rollout;
  if (held) {
    const { by, phase, startedAt, to } = held;
    print(
      `refused: a release is under way already: ${by} holds it since ${startedAt}: ${to.image} (${to.id}), ${phase}`,
    );
    return 3;
  }
  await migrate(deps, image);
  const template = await ensureTemplate(deps, image);
  const code = await autoscaler.follow('release', image.image, '--by', by);
  if (code === 0) await secrets.remember(releaseSettings(image));
  else if (template.made) await compose.remove([template.id]);
  await pruneTemplates(deps);
  if (code === rolledBack) print('The release before serves. Nothing was lost; the reason stands above.');
  return code;
}

/** Goes back to the release before the one that serves. */
export async function rollBack({ autoscaler, secrets }: Deps, by: string): Promise<number> {
  const code = await autoscaler.follow('release', 'previous', '--by', by);
  if (code !== 0) return code;
  const image = (await autoscaler.status())?.release?.image;
  if (image !== undefined) await secrets.remember(releaseSettings({ image, release: releaseName(image) }));
  return code;
}

/** The short name of a release that is known by its image alone. */
const releaseName = (image: string): string => image.split(/[:@]/).at(-1)?.slice(0, 12) ?? '';
