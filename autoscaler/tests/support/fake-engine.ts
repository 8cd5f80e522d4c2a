import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { labels } from '../../src/engine/labels.ts';
import type { FakeContainer, FakeContainers } from './fake-containers.ts';
import type { FakeNginx } from './fake-nginx.ts';

/** A fault: calls that match get this status, or no answer at all. */
export type Fault = { method: string; path: RegExp; status: number | 'hang' };

type Deps = { socketPath: string; containers: FakeContainers; nginx: () => FakeNginx; load: () => number };

const bodyOf = async (request: IncomingMessage): Promise<Record<string, unknown>> => {
  let text = '';
  for await (const chunk of request) text += String(chunk);
  return text === '' ? {} : JSON.parse(text);
};

const inspectBody = (one: FakeContainer) => ({
  Id: one.id,
  Name: `/${one.name}`,
  Created: one.created.toISOString(),
  Image: one.image,
  RestartCount: one.restarts,
  State: {
    Status: one.state,
    StartedAt: one.started?.toISOString() ?? '0001-01-01T00:00:00Z',
    ...(one.health && { Health: { Status: one.health } }),
  },
  HostConfig: one.hostConfig,
  Config: one.config,
  NetworkSettings: { Networks: one.networks },
  Mounts: one.mounts.map((Destination) => ({ Type: 'volume', Destination })),
});

/** A frame of Docker's multiplexed output. */
const frame = (text: string): Buffer => {
  const head = Buffer.alloc(8);
  head.writeUInt8(2, 0);
  head.writeUInt32BE(Buffer.byteLength(text), 4);
  return Buffer.concat([head, Buffer.from(text)]);
};

/** A Docker Engine for failures that a real one cannot be made to show; its truth is the stack test on a real one. */
export async function startEngine({ containers, load, nginx, socketPath }: Deps) {
  const faults: Fault[] = [];
  const calls: string[] = [];
  const execs = new Map<string, boolean>();
  const clock = Date.now();

  const usage = (one: FakeContainer): number => {
    const serving = nginx().servers();
    const share = serving.includes(`${one.address}:8080`) ? load() / serving.length : 0;
    return Math.min(share, 0.75);
  };
  let accounted = performance.now();
  /** By the clock and not by the turn: a turn may come late, and the demand is still there. */
  const account = (): void => {
    const elapsed = performance.now() - accounted;
    accounted += elapsed;
    for (const one of containers.all.values()) if (one.state === 'running') one.cpu += usage(one) * elapsed * 1e6;
  };
  const tick = setInterval(account, 20);

  const answer = (response: ServerResponse, status: number, body?: unknown): void => {
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(body === undefined ? '' : JSON.stringify(body));
  };

  const list = (url: URL) => {
    const { label = [] } = JSON.parse(url.searchParams.get('filters') ?? '{}') as { label?: string[] };
    return [...containers.all.values()]
      .filter(({ config }) =>
        label.every((pair) => `${pair.split('=')[0]}=${config.Labels[pair.split('=')[0] ?? '']}` === pair),
      )
      .map((one) => ({ Id: one.id, State: one.state, Labels: one.config.Labels }));
  };

  const create = async (request: IncomingMessage, response: ServerResponse, url: URL) => {
    const name = url.searchParams.get('name') ?? '';
    const { HostConfig, Image, NetworkingConfig: _networks, ...config } = await bodyOf(request);
    if (containers.find(name)) return answer(response, 409, { message: `the name ${name} is in use` });
    const created = containers.add(name, String(Image), config, HostConfig as Record<string, unknown>);
    return answer(response, 201, { Id: created.id });
  };

  const kill = async (one: FakeContainer, signal: string, response: ServerResponse) => {
    if (one.state !== 'running') return answer(response, 409, { message: 'is not running' });
    if (signal === 'SIGHUP') void nginx().hangUp();
    else if (!one.behaviour.stubborn) await containers.stop(one);
    return answer(response, 204);
  };

  const stats = (one: FakeContainer) => {
    account();
    return {
      read: new Date().toISOString(),
      cpu_stats: { cpu_usage: { total_usage: one.cpu + (Date.now() - clock + 1) }, throttling_data: {} },
    };
  };

  const onContainer = async (
    one: FakeContainer,
    verb: string,
    request: IncomingMessage,
    response: ServerResponse,
    url: URL,
  ) => {
    if (request.method === 'DELETE') {
      await containers.stop(one);
      containers.all.delete(one.id);
      return answer(response, 204);
    }
    if (verb === 'json') return answer(response, 200, inspectBody(one));
    if (verb === 'stats') return answer(response, 200, stats(one));
    if (verb === 'kill') return await kill(one, url.searchParams.get('signal') ?? '', response);
    if (verb === 'top') {
      const old = Array.from({ length: nginx().state.oldWorkers }, () => [
        '1',
        'nginx: worker process is shutting down',
      ]);
      return answer(response, 200, { Titles: ['PID', 'CMD'], Processes: [['1', 'nginx: worker process'], ...old] });
    }
    if (verb === 'start') {
      if (one.state === 'running') return answer(response, 304);
      await containers.start(one);
      return answer(response, 204);
    }
    if (verb === 'exec') {
      if (one.state !== 'running') return answer(response, 409, { message: 'is not running' });
      const id = one.id.replace(/^./, 'e');
      execs.set(id, nginx().test());
      return answer(response, 201, { Id: id });
    }
    return answer(response, 404, { message: 'no such call' });
  };

  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const url = new URL(request.url ?? '', 'http://engine');
    const path = url.pathname;
    if (request.method !== 'GET') calls.push(`${request.method} ${path}`);
    const fault = faults.find((one) => one.method === request.method && one.path.test(path));
    if (fault?.status === 'hang') return;
    if (fault) return answer(response, Number(fault.status), { message: 'made to fail' });
    if (path === '/containers/json') return answer(response, 200, list(url));
    if (path === '/containers/create') return await create(request, response, url);
    const [, kind = '', id = '', verb = ''] = path.split('/');
    if (kind === 'images') {
      const reference = decodeURIComponent(path.slice('/images/'.length, -'/json'.length));
      if (!containers.images.has(reference)) return answer(response, 404, { message: 'no such image' });
      return answer(response, 200, {
        Id: reference,
        RepoTags: ['demo:latest'],
        RepoDigests: [],
        Config: { Env: ['PATH=/bin'] },
      });
    }
    if (kind === 'exec' && verb === 'start') {
      response.writeHead(200, { 'content-type': 'application/vnd.docker.multiplexed-stream' });
      response.end(frame(execs.get(id) ? 'syntax is ok' : 'configuration file test failed'));
      return;
    }
    if (kind === 'exec') return answer(response, 200, { ExitCode: execs.get(id) ? 0 : 1 });
    const one = containers.find(id);
    return one
      ? await onContainer(one, verb, request, response, url)
      : answer(response, 404, { message: 'no such container' });
  };

  const server = createServer((request, response) => {
    handle(request, response).catch((error) => answer(response, 500, { message: String(error) }));
  });
  server.keepAliveTimeout = 0; // As the engine, which closes no idle connection.
  server.listen(socketPath);
  await once(server, 'listening');
  return {
    faults,
    calls,
    label: labels,
    close: async () => {
      clearInterval(tick);
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
      for (const one of containers.all.values()) await containers.stop(one);
    },
  };
}
