/** `none`: not configured. `unknown`: not asked yet. */
export type DependencyState = 'up' | 'down' | 'none' | 'unknown';

type Deps = {
  /** Each resolves when its store answers; undefined for one that is not configured. */
  ping: Readonly<Record<'postgres' | 'cache' | 'queue', (() => Promise<unknown>) | undefined>>;
  /** Whether the database has every migration of this release. */
  schemaIsCurrent: () => Promise<boolean>;
  draining: () => boolean;
};

export type Readiness = {
  /** Asks every store once. */
  check(): Promise<void>;
  /** What is known now; waits for nothing. `reason` says why not ready, and is undefined when ready. */
  report(): { reason: string | undefined; dependencies: Record<string, DependencyState> };
};

/**
 * Whether this replica may enter rotation: Postgres was reached once, its schema is this release's or newer, and no
 * drain has begun. A store that goes down later shows, but does not make it unready: cached redirects must go on.
 */
export function createReadiness({ ping, schemaIsCurrent, draining }: Deps): Readiness {
  const names = Object.keys(ping) as (keyof typeof ping)[];
  const state = new Map<string, DependencyState>(names.map((name) => [name, ping[name] ? 'unknown' : 'none']));
  let reached = false;
  let current = false;

  const ask = async (name: keyof typeof ping): Promise<void> => {
    const asked = ping[name];
    if (!asked) return;
    const up = await asked().then(
      () => true,
      () => false,
    );
    state.set(name, up ? 'up' : 'down');
  };
  const reason = (): string | undefined => {
    if (draining()) return 'draining';
    if (!reached) return 'Postgres was not reached yet';
    return current ? undefined : 'the schema is older than this release: run migrate';
  };

  return {
    async check() {
      await Promise.all(names.map(ask));
      reached ||= state.get('postgres') === 'up';
      if (reached && !current) current = await schemaIsCurrent().catch(() => false);
    },
    report: () => ({ reason: reason(), dependencies: Object.fromEntries(state) }),
  };
}
