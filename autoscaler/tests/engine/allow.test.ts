import { describe, expect, test } from '@jest/globals';
import { isListOfProject, isTarget, permit } from '../../src/engine/allow.ts';
import { permitExec } from '../../src/engine/allow-body.ts';

const check = (method: string, url: string, readOnly = false) => {
  const verdict = permit(method, url, readOnly);
  return verdict.kind === 'refused' ? 'refused' : verdict.check.kind;
};

describe('a call', () => {
  test.each([
    ['GET', '/_ping', 'none'],
    ['HEAD', '/_ping', 'none'],
    ['GET', '/v1.47/containers/json?all=1', 'list'],
    ['GET', '/containers/abc/json', 'project'],
    ['GET', '/containers/abc/stats?stream=false', 'project'],
    ['GET', '/images/demo%2Fapp@sha256:12/json', 'none'],
    ['POST', '/containers/create?name=x', 'create'],
    ['POST', '/containers/abc/start', 'replica'],
    ['POST', '/containers/abc/kill?signal=SIGTERM', 'replica'],
    ['POST', '/containers/abc/kill?signal=SIGHUP', 'edge'],
    ['POST', '/containers/abc/kill?signal=SIGKILL', 'refused'],
    ['POST', '/containers/abc/kill', 'refused'],
    ['DELETE', '/containers/abc?force=true', 'replica'],
    ['POST', '/containers/abc/exec', 'command'],
    ['POST', `/exec/${'a'.repeat(64)}/start`, 'none'],
    ['POST', '/containers/abc/update', 'refused'],
    ['GET', '/containers/..%2finfo/json', 'refused'],
    ['PUT', '/containers/abc/archive', 'refused'],
    ['DELETE', '/images/abc', 'refused'],
  ])('%s %s → %s', (method, url, expected) => {
    expect(check(method, url)).toBe(expected);
  });

  test('that changes something → refused to those who only look', () => {
    expect(check('POST', '/containers/abc/start', true)).toBe('refused');
    expect(check('GET', `/exec/${'a'.repeat(64)}/json`, true)).toBe('refused');
    expect(check('GET', '/containers/abc/json', true)).toBe('project');
  });
});

describe('a container', () => {
  const names = { project: 'demo', service: 'app', edgeService: 'nginx' };
  const of = (service: string, project = 'demo') => ({ project, service });

  test.each([
    ['replica', of('app'), true],
    ['replica', of('nginx'), false],
    ['replica', of('app', 'other'), false],
    ['edge', of('nginx'), true],
    ['edge', of('app'), false],
    ['command', of('nginx'), true],
    ['command', of('postgres'), false],
    ['project', of('postgres'), true],
    ['project', of('postgres', 'other'), false],
  ] as const)('for a call on a %s: %o → %s', (kind, target, expected) => {
    expect(isTarget({ kind, id: 'abc' }, target, names)).toBe(expected);
  });
});

test('lists → only of this project', () => {
  expect(isListOfProject('{"label":["com.docker.compose.project=demo"]}', 'demo')).toBe(true);
  expect(isListOfProject('{"label":["com.docker.compose.project=other"]}', 'demo')).toBe(false);
  expect(isListOfProject('{}', 'demo')).toBe(false);
  expect(isListOfProject('', 'demo')).toBe(false);
});

test('commands → the test of the configuration, and nothing beside it', () => {
  expect(permitExec({ Cmd: ['nginx', '-t'], AttachStdout: true, AttachStderr: true })).toBe(true);
  expect(permitExec({ Cmd: ['nginx', '-t'], Privileged: true })).toBe(false);
  expect(permitExec({ Cmd: ['nginx', '-t'], User: '0' })).toBe(false);
  expect(permitExec({ Cmd: ['sh'] })).toBe(false);
  expect(permitExec(undefined)).toBe(false);
});
