import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  ParentBasedSampler,
  type Sampler,
  TraceIdRatioBasedSampler,
} from '@opentelemetry/sdk-trace';

export type SamplerName =
  | 'always_on'
  | 'always_off'
  | 'traceidratio'
  | 'parentbased_always_on'
  | 'parentbased_always_off'
  | 'parentbased_traceidratio';

/** A sampler by its name in the OpenTelemetry specification; `share` is for those that keep a ratio. */
export function makeSampler(name: SamplerName, share: number): Sampler {
  switch (name) {
    case 'always_on':
      return new AlwaysOnSampler();
    case 'always_off':
      return new AlwaysOffSampler();
    case 'traceidratio':
      return new TraceIdRatioBasedSampler(share);
    case 'parentbased_always_on':
      return new ParentBasedSampler({ root: new AlwaysOnSampler() });
    case 'parentbased_always_off':
      return new ParentBasedSampler({ root: new AlwaysOffSampler() });
    // Whether a root is begun at all is drawn before a span is made (`drawsRoots`).
    case 'parentbased_traceidratio':
      return new ParentBasedSampler({ root: new AlwaysOnSampler() });
  }
}

type Roots = {
  name: SamplerName;
  share: number;
  /** Traces a second at most, whatever share of the requests that is. */
  mostPerSecond: number;
  now: () => number;
};

/**
 * Whether the next request without a parent begins a trace. For the usual sampler this is drawn here, as a span that is made
 * only to be dropped costs a redirect a fifth of its time; the others decide by themselves. The bound by time keeps a busy
 * replica's traces from costing what its redirects need, and from filling a small disk.
 */
export function drawsRoots({ name, share, mostPerSecond, now }: Roots): () => boolean {
  if (name === 'parentbased_always_off') return () => false;
  if (name !== 'parentbased_traceidratio') return () => true;
  let second = 0;
  let begun = 0;
  return () => {
    if (Math.random() >= share) return false;
    const current = Math.floor(now() / 1_000);
    if (current !== second) begun = 0;
    second = current;
    begun += 1;
    return begun <= mostPerSecond;
  };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** `name=value,…` with percent-encoded values, as the specification writes headers and attributes. */
export function pairs(text: string): Record<string, string> {
  const entries = text.split(',').flatMap((pair) => {
    const at = pair.indexOf('=');
    return at > 0 ? [[pair.slice(0, at).trim(), decoded(pair.slice(at + 1).trim())] as const] : [];
  });
  return Object.fromEntries(entries);
}
