import { expect, test } from '@jest/globals';
import { configHashOf, createBody } from '../../src/replicas/template.ts';

const identity = { project: 'demo', service: 'app', number: 2, release: 'r1', imageId: 'sha256:1' };
const image = { Env: ['PATH=/bin', 'NODE_VERSION=26'], Cmd: ['node'], Entrypoint: null, WorkingDir: '/app' };
const inspect = {
  Id: 'template',
  Name: '/demo-app-template-1',
  Config: {
    Hostname: 'template',
    Env: ['DATABASE_URL_FILE=/run/secrets/url', 'PATH=/bin', 'NODE_VERSION=26'],
    Cmd: ['node'],
    Entrypoint: ['/init'],
    WorkingDir: '/app',
    User: '1000:1000',
    Healthcheck: { Test: ['CMD', 'true'], StartInterval: 1_000_000_000 },
    StopSignal: 'SIGTERM',
    Volumes: { '/data': {} },
    Labels: { 'com.docker.compose.config-hash': 'h1' },
  },
  HostConfig: {
    Binds: ['/srv/.secrets/url:/run/secrets/url:ro'],
    CapDrop: ['ALL'],
    NanoCpus: 750_000_000,
    Memory: 201_326_592,
    NetworkMode: 'demo_default',
    ReadonlyRootfs: true,
    RestartPolicy: { Name: 'always' },
    Privileged: true,
    PidMode: 'host',
    ContainerIDFile: '',
    PortBindings: { '80/tcp': [] },
    Tmpfs: null,
  },
  NetworkSettings: { Networks: { demo_default: { IPAddress: '172.18.0.9', Aliases: ['template', 'app-template'] } } },
};

test('a template → the settings of a replica, by an allow-list: no identity, no privilege, no port', () => {
  expect(createBody(inspect, image, 'sha256:1', identity)).toEqual({
    Env: ['DATABASE_URL_FILE=/run/secrets/url'],
    Entrypoint: ['/init'],
    User: '1000:1000',
    Healthcheck: { Test: ['CMD', 'true'], StartInterval: 1_000_000_000 },
    StopSignal: 'SIGTERM',
    Image: 'sha256:1',
    Labels: expect.objectContaining({ 'com.docker.compose.service': 'app', 'autoscaler.release': 'r1' }),
    HostConfig: {
      Binds: ['/srv/.secrets/url:/run/secrets/url:ro'],
      CapDrop: ['ALL'],
      NanoCpus: 750_000_000,
      Memory: 201_326_592,
      NetworkMode: 'demo_default',
      ReadonlyRootfs: true,
      RestartPolicy: { Name: 'always' },
    },
    NetworkingConfig: { EndpointsConfig: { demo_default: { Aliases: ['app'] } } },
  });
});

test('a template without anything → still a body, and no hash', () => {
  expect(createBody({}, {}, 'sha256:1', identity)).toMatchObject({ Image: 'sha256:1', HostConfig: {} });
  expect(configHashOf({})).toBe('');
  expect(configHashOf(inspect)).toBe('h1');
});
