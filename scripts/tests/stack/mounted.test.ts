import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { cp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { mounted, mountedMarks, withOtherFiles } from '../../src/stack/mounted.ts';
import { container } from '../support.ts';

const root = join(import.meta.dirname, '..', '..', '..');
const paths: readonly string[] = Object.values(mounted).flatMap((row) => [...row.paths]);
let folder = '';
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'mounted-'));
  for (const path of paths) await cp(join(root, path), join(folder, path), { recursive: true });
});
afterAll(() => rmSync(folder, { recursive: true }));

test('every file of the project that a container has mounted is in the table, but for those that are read anew anyway', () => {
  const compose = readFileSync(join(root, 'docker-compose.yml'), 'utf8');
  const found = [...compose.matchAll(/\.\/((?:nginx|monitoring|postgres)[\w./-]*):/g)].map(([, path = '']) => path);
  // Templates are filled in anew by scripts/up, and roles are looked after by it.
  const anew = ['nginx/templates', 'postgres/roles.sh'];
  expect(found.length).toBeGreaterThan(8);
  const missing = found.filter((path) => !anew.includes(path) && !paths.some((known) => path.startsWith(known)));
  expect(missing).toEqual([]);
  for (const [name, { service }] of Object.entries(mounted)) {
    expect(compose).toMatch(
      new RegExp(`\n  ${service}:\n.*\n    labels: \\{ shortstack.files: '\\$\\{${name}:-\\}' \\}`),
    );
  }
});

test('another file → another mark of who reads it, and of nobody else', async () => {
  const before = await mountedMarks(folder);
  expect(before).toEqual(await mountedMarks(root));
  await writeFile(join(folder, 'monitoring/prometheus/rules/more.yml'), 'groups: []\n');
  const after = await mountedMarks(folder);
  expect(after).toEqual({ ...before, PROMETHEUS_FILES: expect.not.stringMatching(before['PROMETHEUS_FILES'] ?? '') });
});

test('who runs with other files than are there now is told; who does not run, and who reads none, is not', () => {
  const values = { NGINX_FILES: 'new', PROMETHEUS_FILES: 'new', LOKI_FILES: 'new' };
  const all = [
    container({ service: 'nginx', files: 'new' }),
    container({ service: 'prometheus', files: 'old' }),
    container({ service: 'loki', files: 'old', state: 'exited' }),
    container({ service: 'cache' }),
  ];
  expect(withOtherFiles(all, values)).toEqual(['prometheus']);
});
