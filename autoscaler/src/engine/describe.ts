import type { Container, ContainerId, Template } from './engine.ts';
import { type Listed, type Place, parseContainer, parseTemplate } from './replies.ts';

type Deps = {
  /** The engine's own description; undefined once there is no such container. */
  inspect: (id: ContainerId, signal: AbortSignal) => Promise<unknown>;
  place: () => Place;
  now: () => number;
};

/** How long a description holds for what the list does not tell, such as a limit that somebody changes, in milliseconds. */
const holds = 10_000;
const keptTemplates = 32;

/**
 * Whether a container has run for a minute and more. Its line in the list tells health and age ("Up 5 minutes
 * (healthy)"), so that two lines alike within seconds leave no room for a restart; those of a younger one could.
 */
const isSettled = ({ state, status }: Listed): boolean =>
  state === 'running' && status.startsWith('Up ') && !status.includes('second');

/**
 * Describes containers and templates, and asks the engine no more than needed: it is what a tick mostly costs. A
 * template never changes, so that its description is read once; that of a settled container holds while the list says
 * the same of it, for some seconds.
 */
export function createDescribe({ inspect, place, now }: Deps) {
  const templates = new Map<ContainerId, Template>();
  let containers = new Map<ContainerId, { line: string; at: number; container: Container }>();

  async function container(one: Listed, signal: AbortSignal): Promise<Container[]> {
    const line = JSON.stringify([one.status, one.networks]);
    const last = containers.get(one.id);
    if (last?.line === line && now() - last.at < holds) return [last.container];
    containers.delete(one.id);
    const body = await inspect(one.id, signal);
    if (body === undefined) return [];
    const described = parseContainer(body, place());
    if (isSettled(one)) containers.set(one.id, { line, at: now(), container: described });
    return [described];
  }

  async function template(id: ContainerId, signal: AbortSignal): Promise<Template[]> {
    const cached = templates.get(id);
    if (cached) return [cached];
    const body = await inspect(id, signal);
    if (body === undefined) return [];
    if (templates.size >= keptTemplates) templates.clear();
    const described = parseTemplate(body);
    templates.set(id, described);
    return [described];
  }

  return {
    container,
    template,
    /** Forgets the containers that the list no longer has. */
    keep(ids: ReadonlySet<ContainerId>): void {
      containers = new Map([...containers].filter(([id]) => ids.has(id)));
    },
  };
}
