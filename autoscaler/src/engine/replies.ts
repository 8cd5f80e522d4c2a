import { z } from 'zod';
import type { CpuSample } from '../observe/usage.ts';
import type { Container, ContainerId, Image, InspectBody, Template } from './engine.ts';
import { type Labels, labels } from './labels.ts';

const states = ['created', 'running', 'paused', 'restarting', 'removing', 'exited', 'dead'] as const;

const nullableRecord = <S extends z.ZodType>(schema: S) =>
  z
    .record(z.string(), schema)
    .nullish()
    .transform((value) => value ?? {});

const networks = nullableRecord(z.object({ IPAddress: z.string().nullish(), GlobalIPv6Address: z.string().nullish() }));

const listed = z.object({
  Id: z.string(),
  Names: z.array(z.string()).default([]),
  State: z.enum(states),
  Labels: nullableRecord(z.string()),
  Status: z.string().default(''),
  NetworkSettings: z.object({ Networks: networks }).optional(),
});
/** `status` is the engine's sentence for people: state, age and health. */
export type Listed = {
  id: ContainerId;
  name: string;
  state: (typeof states)[number];
  status: string;
  labels: Labels;
  networks: z.output<typeof networks>;
};

/** The answer of `GET /containers/json`. */
export const parseList = (body: unknown): Listed[] =>
  z
    .array(listed)
    .parse(body)
    .map(({ Id, Labels, Names, NetworkSettings, State, Status }) => ({
      id: Id as ContainerId,
      name: Names[0]?.replace(/^\//, '') ?? '',
      state: State,
      status: Status,
      labels: Labels,
      networks: NetworkSettings?.Networks ?? {},
    }));

/** Docker writes the year one for "never". */
const time = z.string().transform((value) => {
  const at = Date.parse(value);
  return at > 0 ? at : null;
});

const inspected = z.object({
  Id: z.string(),
  Name: z.string(),
  Created: time,
  Image: z.string(),
  RestartCount: z.number().default(0),
  State: z.object({
    Status: z.enum(states),
    StartedAt: time,
    Health: z.object({ Status: z.enum(['none', 'starting', 'healthy', 'unhealthy']) }).nullish(),
  }),
  HostConfig: z.object({
    NanoCpus: z.number().nullish(),
    CpuQuota: z.number().nullish(),
    CpuPeriod: z.number().nullish(),
    Memory: z.number().nullish(),
  }),
  Config: z.object({ Labels: nullableRecord(z.string()) }),
  NetworkSettings: z.object({ Networks: networks }),
  Mounts: z.array(z.object({ Destination: z.string() })).nullish(),
});
type Inspected = z.output<typeof inspected>;

const cpusOf = ({ NanoCpus, CpuQuota, CpuPeriod }: Inspected['HostConfig']): number | null => {
  if (NanoCpus) return NanoCpus / 1e9;
  return CpuQuota && CpuQuota > 0 ? CpuQuota / (CpuPeriod || 100_000) : null;
};

/**
 * The address on the network called `wanted`, as such or with the project's name before it; with no name given, on the
 * only network there is.
 */
export function addressOn(
  found: Inspected['NetworkSettings']['Networks'],
  project: string,
  wanted: string,
): string | null {
  const entries = Object.entries(found);
  const entry =
    wanted === ''
      ? entries.length === 1
        ? entries[0]
        : undefined
      : entries.find(([name]) => name === wanted || name === `${project}_${wanted}`);
  const v6 = entry?.[1].GlobalIPv6Address;
  return entry?.[1].IPAddress || (v6 ? `[${v6}]` : null);
}

export type Place = { project: string; network: string };

/** The answer of `GET /containers/ID/json` in our words. */
export function parseContainer(body: unknown, { project, network }: Place): Container {
  const {
    Config,
    Created,
    HostConfig,
    Id,
    Image: imageId,
    Mounts,
    Name,
    NetworkSettings,
    RestartCount,
    State,
  } = inspected.parse(body);
  return {
    id: Id as ContainerId,
    name: Name.replace(/^\//, ''),
    service: Config.Labels[labels.service] ?? '',
    number: Number(Config.Labels[labels.number] ?? 0),
    state: State.Status,
    health: State.Health?.Status ?? 'none',
    imageId,
    release: Config.Labels[labels.release] ?? null,
    address: addressOn(NetworkSettings.Networks, project, network),
    mounts: (Mounts ?? []).map(({ Destination }) => Destination),
    createdAt: Created ?? 0,
    startedAt: State.StartedAt,
    restarts: RestartCount,
    cpus: cpusOf(HostConfig),
    memory: HostConfig.Memory || null,
  };
}

/** The same answer for a template, with the whole body to copy from. */
export function parseTemplate(body: unknown): Template {
  const { Config, Created, HostConfig, Id, Image: imageId, Name } = inspected.parse(body);
  return {
    id: Id as ContainerId,
    name: Name.replace(/^\//, ''),
    createdAt: Created ?? 0,
    imageId,
    configHash: Config.Labels[labels.configHash] ?? '',
    cpus: cpusOf(HostConfig),
    memory: HostConfig.Memory || null,
    inspect: body as InspectBody,
  };
}

const stats = z.object({
  read: z
    .string()
    .transform((value) => Date.parse(value))
    .pipe(z.number().positive()),
  cpu_stats: z.object({
    cpu_usage: z.object({ total_usage: z.number().positive() }),
    throttling_data: z.object({ periods: z.number().default(0), throttled_periods: z.number().default(0) }).optional(),
  }),
});

/** The answer of `GET /containers/ID/stats?one-shot=true`. Throws where it holds no reading, as for a stopped container. */
export function parseStats(body: unknown): CpuSample {
  const { read, cpu_stats } = stats.parse(body);
  const { periods = 0, throttled_periods = 0 } = cpu_stats.throttling_data ?? {};
  return { at: read, cpu: cpu_stats.cpu_usage.total_usage, periods, throttled: throttled_periods };
}

const image = z.object({
  Id: z.string(),
  RepoTags: z.array(z.string()).nullish(),
  RepoDigests: z.array(z.string()).nullish(),
  Config: z.record(z.string(), z.unknown()).nullish(),
});

/** The answer of `GET /images/NAME/json`. */
export function parseImage(body: unknown): Image {
  const { Id, RepoTags, RepoDigests, Config } = image.parse(body);
  return { id: Id, repoTags: RepoTags ?? [], repoDigests: RepoDigests ?? [], config: Config ?? {} };
}

const top = z.object({ Titles: z.array(z.string()), Processes: z.array(z.array(z.string())).nullish() });

/** The command lines in the answer of `GET /containers/ID/top`. */
export function parseTop(body: unknown): string[] {
  const { Titles, Processes } = top.parse(body);
  const column = Titles.findIndex((title) => title === 'CMD' || title === 'COMMAND');
  return (Processes ?? []).map((process) => process[column] ?? '');
}
