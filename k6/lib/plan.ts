import { draw } from './draw.ts';
import { type Action, pickAction } from './mix.ts';
import { pickLink } from './popularity.ts';
import type { Workload } from './workloads.ts';

/** What one iteration does, and with which link. */
export type Step = { action: Action; link: number };

type Mixed = Pick<Workload, 'mix' | 'popularity' | 'links'>;

/** The place of a phase's name, so that two phases do not ask for the same things. */
export const streamOf = (phase: string): number =>
  [...phase].reduce((sum, letter) => (Math.imul(sum, 31) + letter.charCodeAt(0)) >>> 0, 7);

/** What iteration `index` of a phase does: the same in k6 and wherever its results are checked. */
export function stepOf({ mix, popularity, links }: Mixed, stream: number, index: number): Step {
  const action = mix.length === 1 ? (mix[0]?.[0] ?? 'redirect') : pickAction(mix, draw(stream, 2 * index));
  return { action, link: pickLink(popularity, links, draw(stream, 2 * index + 1)) };
}
