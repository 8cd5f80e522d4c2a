import { z } from 'zod';
import { askEngine, type EngineDeps, listRunning } from './engine.ts';

/** How a container stands: what it says of an end that was not meant. */
export type Standing = {
  id: string;
  name: string;
  service: string;
  /** Of the process that runs. */
  startedAt: string;
  restarts: number;
  oomKilled: boolean;
};

const inspected = z.object({
  RestartCount: z.number(),
  State: z.object({ StartedAt: z.string(), OOMKilled: z.boolean() }),
});

function unlessGone(error: Error): undefined {
  if (!error.message.includes(': 404 ')) throw error;
}

/** Looks at every running container of a stack; one that goes meanwhile is left out. */
export async function readStandings(deps: EngineDeps): Promise<Standing[]> {
  const looks = (await listRunning(deps)).map(async ({ id, name, service }): Promise<Standing[]> => {
    const seen = await askEngine(deps.socketPath, `/containers/${id}/json`).catch(unlessGone);
    if (seen === undefined) return [];
    const { RestartCount: restarts, State: state } = inspected.parse(seen);
    return [{ id, name, service, restarts, startedAt: state.StartedAt, oomKilled: state.OOMKilled }];
  });
  return (await Promise.all(looks)).flat();
}

/**
 * What has happened to containers between two looks and was no decision. A replica that is gone may have been taken away by
 * the autoscaler: of those nothing is said.
 */
export const harmOf = (before: readonly Standing[], after: readonly Standing[]): string[] =>
  before.flatMap((was) => {
    const { name } = was;
    const is = after.find(({ id }) => id === was.id);
    if (!is) return was.service === 'app' ? [] : [`${name} is gone, or was replaced`];
    const hasRestarted = is.restarts > was.restarts || is.startedAt !== was.startedAt;
    return [
      ...(hasRestarted ? [`${name} was restarted`] : []),
      ...(is.oomKilled && !was.oomKilled ? [`${name} had no memory left, and something of it was killed`] : []),
    ];
  });
