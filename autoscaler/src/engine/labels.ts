/** Labels by which Compose knows its own, and the ones of this program. */
export const labels = {
  project: 'com.docker.compose.project',
  service: 'com.docker.compose.service',
  number: 'com.docker.compose.container-number',
  oneOff: 'com.docker.compose.oneoff',
  configHash: 'com.docker.compose.config-hash',
  image: 'com.docker.compose.image',
  replace: 'com.docker.compose.replace',
  release: 'autoscaler.release',
  /** On a template: the hash that replicas get instead of the template's own, where Compose shall own them as `service`. */
  replicaConfigHash: 'autoscaler.config-hash',
} as const;

export type Labels = Readonly<Record<string, string>>;

export type Identity = { project: string; service: string; number: number; release: string; imageId: string };

/**
 * A replica's labels: the template's, with the service, number and image of the replica, so that `compose ps`, `stop`
 * and `down` own it. Without `config-hash` Compose would not see it; `replace` would make it remove another.
 */
export function replicaLabels(template: Labels, { project, service, number, release, imageId }: Identity): Labels {
  const { [labels.replace]: _replace, [labels.replicaConfigHash]: hash, ...kept } = template;
  return {
    ...kept,
    [labels.project]: project,
    [labels.service]: service,
    [labels.number]: String(number),
    [labels.oneOff]: 'False',
    [labels.configHash]: hash ?? template[labels.configHash] ?? release,
    [labels.image]: imageId,
    [labels.release]: release,
  };
}

export const replicaName = (project: string, service: string, number: number): string =>
  `${project}-${service}-${number}`;

/** The lowest numbers that are free, so that two who want the same next replica meet at one name. */
export function freeNumbers(taken: readonly number[], count: number): number[] {
  const used = new Set(taken);
  const free: number[] = [];
  for (let number = 1; free.length < count; number += 1) if (!used.has(number)) free.push(number);
  return free;
}
