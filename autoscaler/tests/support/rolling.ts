import { createStartRelease } from '../../src/release/start.ts';
import type { World } from './world.ts';

type Scaler = Awaited<ReturnType<World['startScaler']>>;

/** Asks for a release as the control API does. */
export const askFor = ({ docker, intent }: Scaler, image: string, version: string | null = null, by = 'a test') =>
  createStartRelease({ engine: docker, intent, now: () => Date.now() })(
    { image, version, by },
    AbortSignal.timeout(60_000),
  );

/** An image whose program behaves like this, with a template of its own. */
export const addImage = (world: World, id: string, behaviour: Parameters<World['containers']['images']['set']>[1]) => {
  world.containers.images.set(id, behaviour);
  return world.containers.template(id, 'h1');
};
