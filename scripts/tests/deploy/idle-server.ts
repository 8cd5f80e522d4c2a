import { join } from 'node:path';
import { createServer, type Server } from '../../src/deploy/server.ts';
import type { Run } from '../../src/platform/run.ts';
import { createAutoscaler } from '../../src/stack/autoscaler.ts';
import { createCompose } from '../../src/stack/compose.ts';

type Deps = { root: string; run: Run; print?: (line: string) => void };

/** A server in a folder of which nothing but the engine is asked. */
export function idleServer({ root, run, print = () => {} }: Deps): Server {
  const compose = createCompose({ run, project: 'shortstack' });
  return createServer({
    root,
    state: join(root, '.deploy'),
    run,
    compose,
    autoscaler: createAutoscaler({ compose }),
    keeper: { ask: async () => {}, list: async () => [] },
    settings: async () => ({}),
    remember: async () => {},
    roles: { ensure: async () => {} },
    services: async () => [],
    prepare: async () => {},
    by: 'ann',
    print,
  });
}
