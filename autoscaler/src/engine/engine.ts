import type { CpuSample } from '../observe/usage.ts';
import type { ContainerUse, RunningContainer } from './container-use.ts';

export type ContainerId = string & { readonly brand: 'ContainerId' };

export type ContainerState = 'created' | 'running' | 'paused' | 'restarting' | 'removing' | 'exited' | 'dead';
export type Health = 'none' | 'starting' | 'healthy' | 'unhealthy';

/** A container as one tick needs it. Times are milliseconds since the epoch. */
export type Container = {
  id: ContainerId;
  name: string;
  service: string;
  /** Compose's container number. */
  number: number;
  state: ContainerState;
  health: Health;
  imageId: string;
  /** The release that this replica belongs to; null for one that the autoscaler has not made. */
  release: string | null;
  /** Address on the network that the edge uses; null while it is not running. */
  address: string | null;
  /** Folders in it that are mounted. */
  mounts: readonly string[];
  createdAt: number;
  startedAt: number | null;
  restarts: number;
  /** Limits: CPUs and bytes; null is none. */
  cpus: number | null;
  memory: number | null;
};

/** A container that Compose made and never starts: what replicas of one release are copied from. */
export type Template = {
  id: ContainerId;
  name: string;
  createdAt: number;
  imageId: string;
  /** Compose's hash of the service's configuration. */
  configHash: string;
  cpus: number | null;
  memory: number | null;
  inspect: InspectBody;
};

/** The engine's own description of a container, kept as it came so that a create body can be taken from it. */
export type InspectBody = { readonly [key: string]: unknown };
export type CreateBody = { readonly [key: string]: unknown };

export type Image = { id: string; repoDigests: readonly string[]; repoTags: readonly string[]; config: InspectBody };

export type Seen = { replicas: Container[]; templates: Template[]; edge: Container | null };

/** The Docker Engine in the words of this program. Every call has a time-out of its own and stops with the signal. */
export type Engine = {
  /** Replicas, templates (newest first) and the edge of the project. */
  see(signal: AbortSignal): Promise<Seen>;
  stats(id: ContainerId, signal: AbortSignal): Promise<CpuSample>;
  /** Every running container of the project, whatever its service. */
  running(signal: AbortSignal): Promise<RunningContainer[]>;
  containerUse(id: ContainerId, signal: AbortSignal): Promise<ContainerUse>;
  /** By id, tag or digest; null if it is not on this machine. */
  image(reference: string, signal: AbortSignal): Promise<Image | null>;
  create(name: string, body: CreateBody, signal: AbortSignal): Promise<ContainerId>;
  start(id: ContainerId, signal: AbortSignal): Promise<void>;
  /** Sends SIGTERM and does not wait. */
  terminate(id: ContainerId, signal: AbortSignal): Promise<void>;
  /** Sends SIGHUP: it returns before anything has been reloaded. */
  hangUp(id: ContainerId, signal: AbortSignal): Promise<void>;
  /** Removes it, running or not. One that is gone already is no error. */
  remove(id: ContainerId, signal: AbortSignal): Promise<void>;
  run(id: ContainerId, command: readonly string[], signal: AbortSignal): Promise<{ code: number; output: string }>;
  /** Command lines of the container's processes. */
  processes(id: ContainerId, signal: AbortSignal): Promise<string[]>;
};

/** `taken`: somebody was faster with this name; `gone`: no such container any more. */
export type EngineErrorKind = 'taken' | 'gone' | 'refused' | 'unreachable' | 'failed';

export class EngineError extends Error {
  readonly kind: EngineErrorKind;

  constructor(kind: EngineErrorKind, message: string, cause?: unknown) {
    super(message, { cause });
    this.name = 'EngineError';
    this.kind = kind;
  }
}

export const isEngineError = (error: unknown, kind: EngineErrorKind): boolean =>
  error instanceof EngineError && error.kind === kind;
