import { parseArgs } from 'node:util';
import { ScriptError } from '../platform/run.ts';

export const profiles = ['core', 'observability', 'full'] as const;
export type Profile = (typeof profiles)[number];

export type UpOptions = {
  debianImages: boolean;
  profile: Profile;
  seed: string | undefined;
  import: string | undefined;
  open: boolean;
};

export const usage = `usage: scripts/up [--images=debian] [--profile core|observability|full] [--seed DIR] [--import FILE] [--open]

Checks the machine, makes secrets and images, starts everything and waits until it serves. Again, it changes nothing but
what has changed.
  --images=debian   third-party images from Debian's packages, where no registry can be reached
  --profile         what runs beside the service itself (as before; core at first)
  --seed DIR        reads in users.csv, urls.csv and events.csv of a folder
  --import FILE     reads in what another installation exported, or a list of urls
  --open            no API keys: whoever reaches the machine may do everything`;

/** The profile that the settings in `.env` speak of. */
export function profileOf(env: Readonly<Record<string, string>>): Profile {
  const chosen = env['COMPOSE_PROFILES']?.split(',') ?? [];
  return profiles.find((name) => chosen.includes(name)) ?? 'core';
}

/** The words behind `scripts/up`, and the profile of the time before; throws how it is used when they are none of them. */
export function parseUpOptions(argv: readonly string[], before: Profile = 'core'): UpOptions {
  const options = {
    images: { type: 'string', default: 'upstream' },
    profile: { type: 'string', default: before },
    seed: { type: 'string' },
    import: { type: 'string' },
    open: { type: 'boolean', default: false },
  } as const;
  try {
    const { values } = parseArgs({ args: [...argv], options, strict: true });
    const profile = profiles.find((name) => name === values.profile);
    if (!profile || !['debian', 'upstream'].includes(values.images)) throw new Error(usage);
    return {
      debianImages: values.images === 'debian',
      profile,
      seed: values.seed,
      import: values.import,
      open: values.open,
    };
  } catch {
    throw new ScriptError(usage);
  }
}
