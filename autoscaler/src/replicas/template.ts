import type { CreateBody, InspectBody } from '../engine/engine.ts';
import { type Identity, type Labels, labels, replicaLabels } from '../engine/labels.ts';

/** The allow-list: what a replica takes over. Identity (hostname, addresses, name) and whatever is not named stays behind. */
const configKeys = [
  'Cmd',
  'Entrypoint',
  'Env',
  'ExposedPorts',
  'Healthcheck',
  'StopSignal',
  'StopTimeout',
  'User',
  'WorkingDir',
] as const;

const hostKeys = [
  'Binds',
  'CapAdd',
  'CapDrop',
  'CgroupParent',
  'CpuPeriod',
  'CpuQuota',
  'CpuShares',
  'CpusetCpus',
  'Dns',
  'DnsOptions',
  'DnsSearch',
  'ExtraHosts',
  'GroupAdd',
  'Init',
  'LogConfig',
  'Memory',
  'MemoryReservation',
  'MemorySwap',
  'Mounts',
  'NanoCpus',
  'NetworkMode',
  'OomKillDisable',
  'OomScoreAdj',
  'PidsLimit',
  'ReadonlyRootfs',
  'RestartPolicy',
  'SecurityOpt',
  'ShmSize',
  'Sysctls',
  'Tmpfs',
  'Ulimits',
] as const;

const isObject = (value: unknown): value is InspectBody =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const part = (body: InspectBody, key: string): InspectBody => {
  const value = body[key];
  return isObject(value) ? value : {};
};
const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

const pick = (from: InspectBody, keys: readonly string[]): InspectBody =>
  Object.fromEntries(keys.flatMap((key) => (from[key] === undefined || from[key] === null ? [] : [[key, from[key]]])));

/** Leaves out what the container only has from its own image, so that another image brings its own. */
function withoutDefaults(config: InspectBody, image: InspectBody): InspectBody {
  const own = Object.entries(config).filter(([key, value]) => key === 'Env' || !same(value, image[key]));
  const inherited = new Set(Array.isArray(image['Env']) ? image['Env'] : []);
  const env = Array.isArray(config['Env']) ? config['Env'].filter((line) => !inherited.has(line)) : [];
  return { ...Object.fromEntries(own), ...(config['Env'] !== undefined && { Env: env }) };
}

/** Networks with the aliases by which others look the service up; addresses are the engine's to give. */
function endpoints(inspect: InspectBody, service: string): InspectBody {
  const networks = part(part(inspect, 'NetworkSettings'), 'Networks');
  return Object.fromEntries(Object.keys(networks).map((name) => [name, { Aliases: [service] }]));
}

/** The labels of the container that was inspected. */
export const labelsOf = (inspect: InspectBody): Labels => part(part(inspect, 'Config'), 'Labels') as Labels;

export const hostConfigOf = (inspect: InspectBody): InspectBody => pick(part(inspect, 'HostConfig'), hostKeys);

/**
 * The body of `POST /containers/create` for a replica like this template, by an allow-list. `image` is a digest, or an
 * image id where the image was built on this machine; `imageDefaults` is the configuration of the template's own image.
 */
export function createBody(
  inspect: InspectBody,
  imageDefaults: InspectBody,
  image: string,
  identity: Identity,
): CreateBody {
  return {
    ...withoutDefaults(pick(part(inspect, 'Config'), configKeys), imageDefaults),
    Image: image,
    Labels: replicaLabels(labelsOf(inspect), identity),
    HostConfig: hostConfigOf(inspect),
    NetworkingConfig: { EndpointsConfig: endpoints(inspect, identity.service) },
  };
}

/** Reads the part of a template's identity that makes two templates of one image different releases. */
export const configHashOf = (inspect: InspectBody): string => labelsOf(inspect)[labels.configHash] ?? '';
