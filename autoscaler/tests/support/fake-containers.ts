import { randomBytes } from 'node:crypto';
import type { Server } from 'node:http';
import { labels } from '../../src/engine/labels.ts';
import { type Behaviour, startProgram, stopProgram, wellBehaved } from './fake-replica.ts';

export type FakeContainer = {
  id: string;
  name: string;
  image: string;
  config: Record<string, unknown> & { Labels: Record<string, string> };
  hostConfig: Record<string, unknown>;
  networks: Record<string, { Aliases?: string[]; IPAddress?: string }>;
  state: 'created' | 'running' | 'paused' | 'exited';
  health: string | undefined;
  created: Date;
  started: Date | undefined;
  restarts: number;
  address: string;
  mounts: string[];
  behaviour: Behaviour;
  program: Server | undefined;
  cpu: number;
};

type Options = { project: string; network: string; port: number; base: string };

/** The containers of a fake engine; those of the service run a real program each, on a loopback address of its own. */
export function createContainers({ base, network, port, project }: Options) {
  const all = new Map<string, FakeContainer>();
  const images = new Map<string, Behaviour>();
  let last = 0;
  const add = (name: string, image: string, config: Record<string, unknown>, hostConfig: Record<string, unknown>) => {
    last += 1;
    const container: FakeContainer = {
      id: randomBytes(32).toString('hex'),
      name,
      image,
      config: { Labels: {}, ...config },
      hostConfig,
      networks: { [network]: { Aliases: ['app'] } },
      state: 'created',
      health: undefined,
      created: new Date(),
      started: undefined,
      restarts: 0,
      address: `${base}.${last}`,
      mounts: [],
      behaviour: { ...(images.get(image) ?? wellBehaved) },
      program: undefined,
      cpu: 0,
    };
    all.set(container.id, container);
    return container;
  };
  const own = (service: string, number: number, hash: string) => ({
    [labels.project]: project,
    [labels.service]: service,
    [labels.number]: String(number),
    [labels.oneOff]: 'False',
    [labels.configHash]: hash,
  });
  return {
    all,
    images,
    add,
    find: (key: string) => all.get(key) ?? [...all.values()].find(({ name }) => name === key),
    of: (service: string) => [...all.values()].filter(({ config }) => config.Labels[labels.service] === service),
    template: (image: string, hash: string) =>
      add(
        `${project}-app-template-${last}`,
        image,
        { Image: image, Env: ['PATH=/bin', 'LEVEL=info'], User: '1000', Labels: own('app-template', 1, hash) },
        { NanoCpus: 750_000_000, Memory: 201_326_592, ReadonlyRootfs: true, RestartPolicy: { Name: 'always' } },
      ),
    edge: () => {
      const container = add(`${project}-nginx-1`, 'sha256:nginx', { Labels: own('nginx', 1, 'n') }, {});
      container.state = 'running';
      return container;
    },
    start: async (container: FakeContainer) => {
      if (container.state === 'running') return;
      container.program = await startProgram(container.address, port, container.behaviour);
      container.networks = { [network]: { IPAddress: container.address } };
      container.state = 'running';
      container.started = new Date();
    },
    stop: async (container: FakeContainer) => {
      await stopProgram(container.program);
      container.networks = { [network]: { IPAddress: '' } };
      container.state = 'exited';
    },
  };
}

export type FakeContainers = ReturnType<typeof createContainers>;
