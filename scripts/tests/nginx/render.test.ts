// biome-ignore-all lint/suspicious/noTemplateCurlyInString: templates of nginx's, not of ours
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { placeholdersOf, renderPlainEdge, renderTemplate } from '../../src/nginx/render.ts';
import { readTemplate as read } from './running-edge.ts';

const root = join(import.meta.dirname, '..', '..', '..');
const folder = join(root, 'nginx', 'templates');
const composeFile = readFileSync(join(root, 'docker-compose.yml'), 'utf8');
const values = {
  EDGE_LIMIT: 'off',
  EDGE_RATE: '50',
  EDGE_BURST: '100',
  LOG_RATE: '500',
  FIGURES_TARGET: '127.0.0.1:9',
  ACCESS_LOG: '/tmp/a.log',
};

describe('templates of nginx', () => {
  test("only the placeholders are filled in, nginx's own variables stay", () =>
    expect(renderTemplate('return 308 https://${DOMAIN}$request_uri;', { DOMAIN: 'short.example' })).toBe(
      'return 308 https://short.example$request_uri;',
    ));

  test('a placeholder without a value is an error that names it', () =>
    expect(() => renderTemplate('${A} ${B}', { A: '1' })).toThrow('no value for B'));

  test('a create is not repeated when a replica has had all its time to answer', () => {
    const location = /location = \/\.repeatable \{\n(?:.+\n)+?\}/.exec(read('locations'))?.[0] ?? '';
    const seconds = (name: string) => Number(new RegExp(` ${name} (\\d+)s;`).exec(location)?.[1]);
    expect(seconds('proxy_next_upstream_timeout')).toBeLessThan(seconds('proxy_read_timeout'));
  });

  test('each placeholder is in the environment that docker-compose.yml gives nginx', () => {
    const names = readdirSync(folder).flatMap((name) => placeholdersOf(readFileSync(join(folder, name), 'utf8')));
    for (const name of names) expect(composeFile).toMatch(new RegExp(`^      ${name}: `, 'm'));
    expect(names.length).toBeGreaterThan(5);
  });

  test('a plain edge has the replicas, the rules of the stack and no placeholder left', () => {
    const templates = { edge: read('edge'), log: read('log'), locations: read('locations') };
    const text = renderPlainEdge(templates, {
      port: 8_081,
      replicas: ['127.0.0.1:3001', '127.0.0.1:3002'],
      folder: '/tmp/edge',
      values,
    });
    expect(text).toContain('server 127.0.0.1:3002 max_fails=3 fail_timeout=2s;');
    expect(text).toContain('listen 127.0.0.1:8081');
    expect(text).toContain('/(metrics|chaos|health/ready)');
    expect(placeholdersOf(text)).toEqual([]);
  });
});
