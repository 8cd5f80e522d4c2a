import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buildDebianImages } from '../images/build.ts';
import { buildImage, fetchImage, type ReleaseImage } from '../stack/image.ts';
import type { CommandContext } from './command.ts';
import type { Stack } from './open-stack.ts';
import type { UpOptions } from './up-options.ts';

/** An image that is not ours to build: whoever set it wants it fetched. */
const isForeign = (image: string | undefined): image is string => !!image && !image.startsWith('shortstack/');

async function nodePackage(root: string): Promise<{ name: string; version: string }> {
  const name = `node-${process.platform}-${process.arch}`;
  const { optionalDependencies } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as {
    optionalDependencies: Record<string, string>;
  };
  return { name, version: optionalDependencies[name] ?? 'latest' };
}

/** Builds or fetches everything that the stack runs; answers the app's image. */
export async function provideImages(
  context: CommandContext,
  stack: Stack,
  { debianImages, profile }: Pick<UpOptions, 'debianImages' | 'profile'>,
): Promise<ReleaseImage> {
  const { run, root, print } = context;
  const { values } = stack;
  const deps = { run, root, print, node: await nodePackage(root) };
  if (debianImages) await buildDebianImages(deps, values, profile);
  print('building the images of this project');
  if (!values['AUTOSCALER_IMAGE']) await buildImage({ run }, 'autoscaler', values);
  if (!values['CERTIFICATES_IMAGE']) await buildImage({ run }, 'certificates', values);
  if (!values['DATABASE_IMAGE']) await buildImage({ run }, 'database', values);
  if (!values['BACKUP_IMAGE']) await buildImage({ run }, 'backup', values);
  return await provideApp(context, stack);
}

/** The app's image: built here, or the one that APP_IMAGE names from elsewhere. */
export const provideApp = async ({ run }: CommandContext, { values }: Stack): Promise<ReleaseImage> =>
  isForeign(values['APP_IMAGE'])
    ? await fetchImage({ run }, values['APP_IMAGE'])
    : await buildImage({ run }, 'app', values);
