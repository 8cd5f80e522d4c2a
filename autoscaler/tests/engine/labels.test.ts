import { describe, expect, test } from '@jest/globals';
import { freeNumbers, labels, replicaLabels, replicaName } from '../../src/engine/labels.ts';

const identity = { project: 'demo', service: 'app', number: 3, release: 'r1', imageId: 'sha256:1' };
const template = {
  [labels.project]: 'demo',
  [labels.service]: 'app-template',
  [labels.number]: '1',
  [labels.oneOff]: 'False',
  [labels.configHash]: 'h1',
  [labels.replace]: 'other',
  'com.docker.compose.depends_on': 'postgres:service_healthy:false',
  'com.docker.compose.version': '2.40.0',
  'com.docker.compose.project.working_dir': '/srv',
  'com.docker.compose.project.config_files': '/srv/docker-compose.yml',
  tier: 'web',
};

describe('the labels of a replica', () => {
  test('those by which Compose owns it, as the service, with its number and image', () => {
    expect(replicaLabels(template, identity)).toEqual({
      ...template,
      [labels.service]: 'app',
      [labels.number]: '3',
      [labels.image]: 'sha256:1',
      [labels.release]: 'r1',
      [labels.replace]: undefined,
    });
  });

  test('`replace` is never copied: Compose would remove what it names', () => {
    expect(replicaLabels(template, identity)).not.toHaveProperty([labels.replace]);
  });

  test('a hash meant for replicas goes before the template’s own', () => {
    const own = replicaLabels({ ...template, [labels.replicaConfigHash]: 'h2' }, identity);
    expect(own[labels.configHash]).toBe('h2');
    expect(own).not.toHaveProperty([labels.replicaConfigHash]);
  });

  test('no hash at all → one anyway, for without it Compose does not see the replica', () => {
    expect(replicaLabels({}, identity)[labels.configHash]).toBe('r1');
  });
});

test('numbers → the lowest that are free', () => {
  expect(freeNumbers([2, 3, 5], 3)).toEqual([1, 4, 6]);
  expect(freeNumbers([], 0)).toEqual([]);
  expect(replicaName('demo', 'app', 3)).toBe('demo-app-3');
});
