import { Writable } from 'node:stream';
import { finished } from 'node:stream/promises';
import Docker from 'dockerode';
import { parseContainerUse } from './container-use.ts';
import { createDescribe } from './describe.ts';
import { type ContainerId, type Engine, EngineError, type Seen } from './engine.ts';
import { labels } from './labels.ts';
import { type Listed, type Place, parseImage, parseList, parseStats, parseTop } from './replies.ts';

type Deps = {
  socketPath: string;
  place: () => Place & { service: string; templateService: string; edgeService: string };
  /** Longest wait for one answer, in milliseconds. */
  timeout: () => number;
  now: () => number;
};

const keptOutput = 4_096;

const kindOf = ({ statusCode }: { statusCode?: number }) => {
  if (statusCode === undefined) return 'unreachable' as const;
  if (statusCode === 403) return 'refused' as const;
  if (statusCode === 404) return 'gone' as const;
  return statusCode === 409 ? ('taken' as const) : ('failed' as const);
};

const translate = (error: unknown): never => {
  const { message } = error as Error;
  throw new EngineError(kindOf(error as { statusCode?: number }), message.trim(), error);
};

/** Answers that say "it is already so" are no errors. */
const unless =
  (...codes: number[]) =>
  (error: { statusCode?: number }): void => {
    if (error.statusCode === undefined || !codes.includes(error.statusCode)) throw error;
  };

async function runCommand(docker: Docker, id: ContainerId, command: readonly string[], abortSignal: AbortSignal) {
  const exec = await docker
    .getContainer(id)
    .exec({ Cmd: [...command], AttachStdout: true, AttachStderr: true, abortSignal });
  const stream = await exec.start({ abortSignal });
  let output = '';
  const sink = new Writable({
    write(chunk: Buffer, _encoding, done) {
      output = (output + String(chunk)).slice(-keptOutput);
      done();
    },
  });
  docker.modem.demuxStream(stream, sink, sink);
  await finished(stream, { writable: false, signal: abortSignal });
  const { ExitCode } = await exec.inspect({ abortSignal });
  return { code: ExitCode ?? -1, output };
}

type Call = <T>(signal: AbortSignal, ask: (abortSignal: AbortSignal) => Promise<T>) => Promise<T>;

const createInspect = (docker: Docker, call: Call) => (id: ContainerId, signal: AbortSignal) =>
  call(signal, async (abortSignal): Promise<unknown> => {
    const answer: Promise<unknown> = docker.getContainer(id).inspect({ abortSignal });
    return await answer.catch(unless(404));
  });

const isOf = (service: string) => (one: Listed) =>
  one.labels[labels.service] === service && one.labels[labels.oneOff] !== 'True';

const listProject = async (docker: Docker, call: Call, project: string, all: boolean, signal: AbortSignal) => {
  const filters = JSON.stringify({ label: [`${labels.project}=${project}`] });
  return parseList(await call(signal, (abortSignal) => docker.listContainers({ all, filters, abortSignal })));
};

function createSee(docker: Docker, call: Call, { place, now }: Deps): Engine['see'] {
  const describe = createDescribe({ inspect: createInspect(docker, call), place, now });
  return async (signal): Promise<Seen> => {
    const { project, service, templateService, edgeService } = place();
    const list = await listProject(docker, call, project, true, signal);
    describe.keep(new Set(list.map(({ id }) => id)));
    const unstarted = list.filter(isOf(templateService)).filter(({ state }) => state === 'created');
    const running = ({ state }: Listed) => Number(state === 'running');
    const edges = list.filter(isOf(edgeService)).toSorted((a, b) => running(b) - running(a));
    const [replicas, templates, edge] = await Promise.all([
      Promise.all(list.filter(isOf(service)).map((one) => describe.container(one, signal))),
      Promise.all(unstarted.map(({ id }) => describe.template(id, signal))),
      Promise.all(edges.slice(0, 1).map((one) => describe.container(one, signal))),
    ]);
    return {
      replicas: replicas.flat().toSorted((a, b) => a.number - b.number),
      templates: templates.flat().toSorted((a, b) => b.createdAt - a.createdAt),
      edge: edge.flat()[0] ?? null,
    };
  };
}

const readStats = (docker: Docker, call: Call, id: ContainerId, signal: AbortSignal): Promise<unknown> =>
  call(signal, (abortSignal) => {
    const options = { stream: false, 'one-shot': true, abortSignal } as const;
    return docker.getContainer(id).stats(options);
  });

const createReads = (
  docker: Docker,
  call: Call,
  place: Deps['place'],
): Pick<Engine, 'stats' | 'running' | 'containerUse' | 'image' | 'processes'> => ({
  stats: async (id, signal) => parseStats(await readStats(docker, call, id, signal)),
  running: async (signal) =>
    (await listProject(docker, call, place().project, false, signal)).map(({ id, name, labels: own }) => ({
      id,
      name,
      service: own[labels.service] ?? '',
    })),
  containerUse: async (id, signal) => parseContainerUse(await readStats(docker, call, id, signal)),
  image: (reference, signal) =>
    call(signal, async (abortSignal) => {
      const options: object = { abortSignal };
      const answer: Promise<unknown> = docker.getImage(reference).inspect(options);
      const body = await answer.catch(unless(404));
      return body === undefined ? null : parseImage(body);
    }),
  processes: async (id, signal) =>
    parseTop(await call(signal, (abortSignal) => docker.getContainer(id).top({ abortSignal }))),
});

const createWrites = (
  docker: Docker,
  call: Call,
): Pick<Engine, 'create' | 'start' | 'terminate' | 'hangUp' | 'remove' | 'run'> => ({
  create: (name, body, signal) =>
    call(signal, async (abortSignal) => {
      const options = { _query: { name }, _body: body, abortSignal } as Docker.ContainerCreateOptions;
      return (await docker.createContainer(options)).id as ContainerId;
    }),
  start: (id, signal) =>
    call(signal, async (abortSignal) => {
      const answer: Promise<unknown> = docker.getContainer(id).start({ abortSignal });
      await answer.catch(unless(304));
    }),
  terminate: (id, signal) =>
    call(signal, async (abortSignal) => {
      const answer: Promise<unknown> = docker.getContainer(id).kill({ signal: 'SIGTERM', abortSignal });
      await answer.catch(unless(404, 409));
    }),
  hangUp: (id, signal) =>
    call(signal, async (abortSignal) => {
      await docker.getContainer(id).kill({ signal: 'SIGHUP', abortSignal });
    }),
  remove: (id, signal) =>
    call(signal, async (abortSignal) => {
      const answer: Promise<unknown> = docker.getContainer(id).remove({ force: true, v: true, abortSignal });
      await answer.catch(unless(404, 409));
    }),
  run: (id, command, signal) => call(signal, (abortSignal) => runCommand(docker, id, command, abortSignal)),
});

/** The Docker Engine through dockerode, on a unix socket. The only place that knows of either. */
export function createDocker(deps: Deps): Engine {
  const { place, socketPath, timeout } = deps;
  const docker = new Docker({ socketPath });
  const call: Call = async (signal, ask) => {
    const limit = AbortSignal.any([signal, AbortSignal.timeout(timeout())]);
    return await ask(limit).catch(translate);
  };
  return { see: createSee(docker, call, deps), ...createReads(docker, call, place), ...createWrites(docker, call) };
}
