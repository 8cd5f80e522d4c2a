import { z } from 'zod';
import { setting } from './config-row.ts';
import { httpUrl, integer, name, nginxWords, path, pathOrEmpty, seconds, share, template } from './config-values.ts';
import { defaultTemplate } from './edge/upstream.ts';

/** Where everything is: edge, sockets, files, and how releases are watched. */
export const stackTable = {
  edgeService: setting('EDGE_SERVICE', name, 'nginx', 'Compose service of nginx.'),
  generationUrl: setting(
    'GENERATION_URL',
    httpUrl,
    'http://nginx:8081/upstream-generation',
    'Where the running nginx answers the generation it has read.',
  ),
  upstreamFile: setting(
    'UPSTREAM_FILE',
    path,
    '/upstream/upstream.conf',
    'The generated file, in a directory that nginx mounts too.',
  ),
  upstreamName: setting('UPSTREAM_NAME', name, 'app', 'Name of the upstream in nginx.'),
  upstreamTemplate: setting('UPSTREAM_TEMPLATE', template, defaultTemplate, 'Text of the generated file.'),
  serverParameters: setting(
    'SERVER_PARAMETERS',
    nginxWords,
    'max_fails=3 fail_timeout=2s',
    'Parameters of each server line.',
  ),
  proofTimeout: setting(
    'PROOF_TIMEOUT_MS',
    integer(100, 60_000),
    '3000',
    'Longest wait until nginx answers a new generation.',
    'ms',
  ),
  figuresPort: setting(
    'FIGURES_PORT',
    integer(0, 65_535),
    '5514',
    "UDP port for nginx's request figures; 0 takes a free one.",
  ),
  bake: setting(
    'BAKE_SECONDS',
    seconds(0, 86_400),
    '25',
    'How long a new release is watched from its first replica on.',
    's',
  ),
  bakeErrors: setting(
    'BAKE_ERROR_PERCENT',
    share(100),
    '1',
    'Share of 5xx of new replicas above which a release goes back.',
    '%',
  ),
  releaseTimeout: setting('RELEASE_TIMEOUT_SECONDS', seconds(10, 86_400), '300', 'Longest time of a release.', 's'),
  dockerSocket: setting(
    'DOCKER_SOCKET',
    path,
    '/run/gate/docker.sock',
    'Docker Engine as the autoscaler sees it: the socket that `gate` makes.',
  ),
  dockerTimeout: setting(
    'DOCKER_TIMEOUT_MS',
    integer(100, 600_000),
    '5000',
    'Longest wait for one answer of it.',
    'ms',
  ),
  gateEngineSocket: setting(
    'GATE_ENGINE_SOCKET',
    path,
    '/var/run/docker.sock',
    'The real Docker socket; only `gate` has it.',
  ),
  gateReadSocket: setting(
    'GATE_READ_SOCKET',
    pathOrEmpty,
    '',
    'A second socket of `gate` for those who only look. Empty means none.',
  ),
  controlSocket: setting('CONTROL_SOCKET', path, '/run/autoscaler/control.sock', 'Unix socket of the control API.'),
  stateDir: setting(
    'STATE_DIR',
    path,
    '/var/lib/autoscaler',
    'Directory of the intent file; must outlive the container.',
  ),
  metricsPort: setting('METRICS_PORT', integer(0, 65_535), '9100', 'Port of /metrics and /health.'),
  proc: setting('PROC', path, '/proc', "Where the host's pressure and memory are read."),
  logLevel: setting(
    'LOG_LEVEL',
    z.enum(['error', 'warn', 'info', 'debug']).describe('error, warn, info or debug'),
    'info',
    'Least severe level that is logged. SIGUSR2 switches debug lines on and off while the autoscaler runs.',
  ),
};
