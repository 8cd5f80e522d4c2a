import { createHash } from 'node:crypto';
import { ScriptError } from '../platform/run.ts';

type Stage = { base: string; steps: string[] };
type Dockerfile = { defaults: Readonly<Record<string, string>>; stages: ReadonlyMap<string, Stage> };

/** Images whose container costs users something when it is replaced: named by what they are made from, not by what came out. */
const lasting = new Set(['database']);

/** Under which label such an image says what it was made from. */
export const inputsLabel = 'shortstack.inputs';

/** Instructions, one a line: without comments, and with the lines that go on put together. */
const instructionsOf = (text: string): string[] =>
  text
    .replace(/^\s*#.*\n/gm, '')
    .replace(/\\\n/g, ' ')
    .split('\n')
    .map((line) => line.trim().replace(/\s+/g, ' '))
    .filter((line) => line !== '');

function parse(text: string): Dockerfile {
  const defaults: Record<string, string> = {};
  const stages = new Map<string, Stage>();
  let stage: Stage | undefined;
  for (const line of instructionsOf(text)) {
    const [, base = '', name = ''] = /^FROM (\S+) AS (\S+)$/.exec(line) ?? [];
    const [, argument = '', value = ''] = /^ARG (\w+)=(\S*)$/.exec(line) ?? [];
    if (name) {
      stage = { base, steps: [] };
      stages.set(name, stage);
    } else if (stage) stage.steps.push(line);
    else defaults[argument] = value;
  }
  return { defaults, stages };
}

/** The image that a stage begins with, then what is done to it. */
function stepsTo({ defaults, stages }: Dockerfile, name: string, args: Readonly<Record<string, string>>): string[] {
  const stage = stages.get(name);
  if (!stage) return [name];
  const base = stage.base.replace(/^\$\{(\w+)\}$/, (_all, argument) => args[argument] || defaults[argument] || '');
  if (stage.steps.some((step) => /^(COPY|ADD) |--mount=/.test(step)))
    throw new ScriptError(`${name} is made from more than its lines in the Dockerfile, and has no name by these`);
  return [...stepsTo({ defaults, stages }, base, args), ...stage.steps];
}

/**
 * A name for what an image is made from, twelve characters: the same for the same lines of the Dockerfile and the same
 * base image, whatever came out of a build. None of a target whose container may be replaced at any time.
 */
export function inputsOf(
  dockerfile: string,
  target: string,
  args: Readonly<Record<string, string>> = {},
): string | undefined {
  if (!lasting.has(target)) return undefined;
  const steps = stepsTo(parse(dockerfile), target, args);
  return createHash('sha256').update(steps.join('\n')).digest('hex').slice(0, 12);
}
