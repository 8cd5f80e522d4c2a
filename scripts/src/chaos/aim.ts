import { ScriptError } from '../platform/run.ts';
import { type Autoscaler, serving } from '../stack/autoscaler.ts';
import type { Compose } from '../stack/compose.ts';
import type { Aim, Fault } from './fault.ts';

type Deps = { compose: Pick<Compose, 'list'>; autoscaler: Pick<Autoscaler, 'status'> };

/** Finds the containers that a fault will hit; throws where none of them runs. */
export type TakeAim = (fault: Fault) => Promise<Aim[]>;

export function createAim({ compose, autoscaler }: Deps): TakeAim {
  async function runs(fits: (service: string, name: string) => boolean): Promise<Aim[]> {
    const found = (await compose.list()).filter(
      ({ service, name, state }) => state === 'running' && fits(service, name),
    );
    if (found.length === 0) throw new ScriptError('what the drill is aimed at does not run');
    return found.map(({ id, name }) => ({ id, name }));
  }
  async function oneThatServes(): Promise<Aim[]> {
    const status = await autoscaler.status();
    const names = status ? serving(status).map(({ name }) => name) : [];
    return (await runs((service, name) => service === 'app' && names.includes(name))).slice(0, 1);
  }
  return async (fault) => {
    if (fault.kind === 'traffic') return [];
    if (fault.kind === 'replica') return await oneThatServes();
    const wanted = fault.kind === 'reloads' ? 'nginx' : fault.kind === 'replicas' ? 'app' : fault.service;
    return await runs((service) => service === wanted);
  };
}
