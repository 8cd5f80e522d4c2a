import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { defaultTemplate, isCurrent, nextGeneration, parseUpstream, renderUpstream } from '../../src/edge/upstream.ts';

const shape = { name: 'app', parameters: 'max_fails=3 fail_timeout=2s', template: defaultTemplate };
const servers = [
  { address: '172.18.0.5:8080', name: 'demo-app-1' },
  { address: '[fd00::5]:8080', name: 'demo-app-2' },
];

test('rendered → an upstream with a zone, least_conn, each server by address, and the generation', () => {
  expect(
    renderUpstream({ generation: 7, servers, down: false }, shape),
  ).toBe(`# generation 7, written by the autoscaler: changes made by hand are overwritten
upstream app {
    zone app 256k;
    least_conn;
    server 172.18.0.5:8080 max_fails=3 fail_timeout=2s; # demo-app-1
    server [fd00::5]:8080 max_fails=3 fail_timeout=2s; # demo-app-2
    keepalive 512;
    keepalive_timeout 60s;
}
map "" $upstream_generation { default "7"; }
`);
});

test('nobody → never rendered', () => {
  expect(() => renderUpstream({ generation: 1, servers: [], down: false }, shape)).toThrow(/never rendered/);
});

test('nobody answers → the last ones are kept, marked down', () => {
  const text = renderUpstream({ generation: 1, servers, down: true }, shape);
  expect(text).toContain('server 172.18.0.5:8080 down; # demo-app-1');
  expect(parseUpstream(text)).toEqual({ generation: 1, servers, down: true });
});

const byPort = fc.ipV4().chain((ip) => fc.integer({ min: 1, max: 65_535 }).map((port) => `${ip}:${port}`));
const bySocket = fc.stringMatching(/^unix:\/run\/replicas\/[0-9a-f]{12}\.sock$/);
const address = fc.oneof(byPort, bySocket);
const server = fc.record({ address, name: fc.stringMatching(/^[a-z][a-z0-9_-]{0,20}$/) });
const upstream = fc.record({
  generation: fc.integer({ min: 0, max: 999_999_999_999_999 }),
  servers: fc.array(server, { minLength: 1, maxLength: 10 }),
  down: fc.boolean(),
});

describe('read back', () => {
  test('what was rendered, also without server parameters', () => {
    fc.assert(
      fc.property(upstream, fc.constantFrom('', 'max_fails=1'), (wanted, parameters) => {
        const text = renderUpstream(wanted, { ...shape, parameters });
        expect(parseUpstream(text)).toEqual(wanted);
        expect(isCurrent(text, wanted.servers, wanted.down, { ...shape, parameters })).toBe(true);
      }),
    );
  });

  test('any change by hand → not current', () => {
    const text = renderUpstream({ generation: 7, servers, down: false }, shape);
    expect(isCurrent(text.replace('least_conn', 'ip_hash'), servers, false, shape)).toBe(false);
    expect(isCurrent(text, servers.slice(1), false, shape)).toBe(false);
    expect(isCurrent(text, servers, true, shape)).toBe(false);
  });

  test('rubbish, or nothing → not an upstream', () => {
    expect(parseUpstream('')).toBeUndefined();
    expect(parseUpstream('upstream app { server app:8080; }')).toBeUndefined();
    fc.assert(fc.property(fc.string(), (text) => parseUpstream(text) === undefined));
  });
});

test('the next generation → always higher, also when the clock went back', () => {
  expect(nextGeneration(0, 1_700_000_000_000)).toBe(1_700_000_000_000);
  expect(nextGeneration(1_800_000_000_000, 1_700_000_000_000)).toBe(1_800_000_000_001);
});
