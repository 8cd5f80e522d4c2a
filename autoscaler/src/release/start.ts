import { type Intent, previousRelease } from '../control/intent-record.ts';
import type { Engine } from '../engine/engine.ts';
import { releaseFor } from './choose.ts';
import type { Release } from './release.ts';
import type { Refusal, ReleaseAnswer, ReleaseRequest } from './request.ts';

type Deps = {
  engine: Pick<Engine, 'image' | 'see'>;
  intent: { current(): Intent; update(change: (intent: Intent) => Intent): Promise<Intent> };
  now: () => number;
};

const refuse = (code: Refusal, message: string): ReleaseAnswer => ({
  kind: 'refused',
  code,
  message,
});

/** Why no release may begin now; undefined if one may. */
function obstacle({ paused, release, rollout }: Intent): ReleaseAnswer | undefined {
  if (rollout !== null) {
    const since = new Date(rollout.startedAt).toISOString();
    return refuse(
      'release_in_progress',
      `${rollout.by} holds it: ${rollout.to.image} (${rollout.to.id}) since ${since}`,
    );
  }
  if (paused) return refuse('paused', 'the autoscaler is paused: resume it first');
  return release === null ? refuse('no_release', 'no replica runs yet: nothing could be rolled back to') : undefined;
}

/** Begins rollouts: resolves the image, finds its template, and writes it down before anything moves. */
export function createStartRelease({ engine, intent, now }: Deps) {
  async function resolve({ image, version }: ReleaseRequest, signal: AbortSignal): Promise<Release | ReleaseAnswer> {
    if (image === 'previous') {
      const previous = previousRelease(intent.current());
      return previous ? { ...previous, at: now() } : refuse('no_previous', 'no earlier release is in the log');
    }
    const [found, { templates }] = await Promise.all([engine.image(image, signal), engine.see(signal)]);
    if (found === null) return refuse('no_such_image', `${image} is not on this machine: pull or build it first`);
    const release = releaseFor(image, found, templates, version, now());
    return release ?? refuse('no_template', 'there is no template container to copy replicas from');
  }

  return async (request: ReleaseRequest, signal: AbortSignal): Promise<ReleaseAnswer> => {
    const early = obstacle(intent.current());
    if (early) return early;
    const to = await resolve(request, signal);
    if ('kind' in to) return to;
    let answer: ReleaseAnswer = { kind: 'started', release: to };
    await intent.update((before) => {
      const late = obstacle(before);
      if (late || before.release === null) {
        answer = late ?? refuse('no_release', 'no replica runs yet');
        return before;
      }
      if (before.release.id === to.id) {
        answer = { kind: 'unchanged', release: to };
        return before;
      }
      const trusted = request.image === 'previous';
      const base = { from: before.release, to, by: request.by, startedAt: now() };
      return { ...before, rollout: { ...base, phase: 'rolling', bakeFrom: null, trusted, cause: null, before: null } };
    });
    return answer;
  };
}
