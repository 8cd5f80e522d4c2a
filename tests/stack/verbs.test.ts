import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { must } from '../../scripts/src/platform/run.ts';
import { startLoad } from './support/load.ts';
import { base, checkout } from './support/place.ts';
import { compose, docker, mustScript, run, script } from './support/programs.ts';
import { ask, eventually, rest, stack } from './support/stack.ts';

beforeAll(async () => void (await rest()));

describe('the verbs', () => {
  test('up a second time changes nothing', async () => {
    const ids = async () => (await stack.list()).map(({ id }) => id).toSorted();
    const before = await ids();
    await mustScript('up', '--images=debian');
    expect(await ids()).toEqual(before);
  });

  test('status shows replicas, decisions and services; doctor finds nothing wrong', async () => {
    const { code, stdout } = await script('status');
    expect(code).toBe(0);
    for (const part of [
      'release',
      'follows the load',
      '2 of 2 replicas serve',
      'proven',
      'postgres',
      'queue',
      'decisions',
    ])
      expect(stdout).toContain(part);
    expect(await script('doctor')).toMatchObject({ code: 0 });
  });

  test('more lines for a while, as the document says → in all replicas and the autoscaler, and no more when asked again', async () => {
    const document = await readFile(join(checkout, 'docs', 'monitoring.md'), 'utf8');
    const [, line = ''] = /^(docker compose ps .*USR2.*)$/m.exec(document) ?? [];
    const ofAll = (await stack.list()).filter(
      ({ service, state }) => ['app', 'autoscaler'].includes(service) && state === 'running',
    );
    expect(ofAll.length).toBeGreaterThanOrEqual(3);
    for (const to of ['debug', 'info']) {
      await must(run('sh', ['-c', line]), line);
      const said = new RegExp(`"log level changed".*"to":"${to}"`);
      for (const { id, name } of ofAll)
        await eventually(
          `${name} says so`,
          async () => said.test(await docker('logs', '--tail', '200', id)) || undefined,
        );
    }
  });

  test('doctor ends non-zero and names the remedy while a service is stopped', async () => {
    await compose('stop', 'cache');
    try {
      const { code, stdout } = await script('doctor');
      expect(code).toBe(1);
      expect(stdout).toContain('cache is exited');
      expect(stdout).toContain('scripts/up');
    } finally {
      await compose('start', 'cache');
    }
  });

  test('doctor says which socket nginx is to ask and does not see', async () => {
    const upstream = () => compose('exec', '-T', 'nginx', 'sh', '-c', 'cat /etc/nginx/upstream/*.conf');
    const [, socket, host] = await eventually('nginx asks a socket', async () => {
      const found = /unix:(\S+\/([^/\s]+)\.sock)/.exec(await upstream());
      return found ? (found as unknown as [string, string, string]) : undefined;
    });
    const moved = (from: string, to: string) =>
      docker('exec', host, 'node', '-e', `require('node:fs').renameSync('${from}', '${to}')`);
    // The autoscaler would have nginx ask that replica by its address before anybody looks.
    await compose('pause', 'autoscaler');
    try {
      await moved(socket, `${socket}.away`);
      try {
        expect((await script('doctor')).stdout).toContain(`nginx does not see ${socket}`);
      } finally {
        await moved(`${socket}.away`, socket);
      }
    } finally {
      await compose('unpause', 'autoscaler');
    }
    await eventually('nothing is wrong', async () => (await script('doctor')).code === 0 || undefined);
  });
});

/** A verb of the service, beside its replicas and as the role that they have. */
const verb = (...words: readonly string[]) => compose('run', '--rm', '--no-deps', 'app', 'app/src/main.ts', ...words);

const leadsTo = async (code: string) =>
  (await fetch(`${base}/${code}`, { redirect: 'manual' })).headers.get('location');

describe('verbs of the service in the stack', () => {
  test('keys are made, listed and revoked; sums agree with the history; a restored database may be told so', async () => {
    const made = await verb('key', 'make', 'tests', '--scopes', 'read');
    const [, id = '', key = ''] = /^key (\d+), shown this once:\s+(\S+)$/m.exec(made) ?? [];
    const read = () => fetch(`${base}/users`, { headers: { authorization: `Bearer ${key}` } });
    expect((await read()).status).toBe(200);
    expect(await verb('key', 'list')).toContain('tests');
    await verb('key', 'revoke', id);
    expect((await read()).status).toBe(401);
    expect(await verb('reconcile', '--repair')).toContain('every sum is what the history says');
    expect(await verb('restored')).toContain('caches begin anew');
    expect(await verb('export')).toMatch(/^id,|short_code/);
  });

  test('up --seed and --import read in what only its owner may read, while replicas serve', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'stack-seed-'));
    try {
      await writeFile(join(folder, 'users.csv'), 'id,username,email\n700,ann,ann@example.com\n', { mode: 0o600 });
      // An id that no test before has reached: what is there already is skipped.
      const urls = 'id,user_id,short_code,original_url\n90000000,700,seeded1,https://example.com/seeded\n';
      await writeFile(join(folder, 'urls.csv'), urls, { mode: 0o600 });
      await writeFile(join(folder, 'links.csv'), 'short_code,original_url\nimport1,https://example.com/imported\n', {
        mode: 0o600,
      });
      await mustScript('up', '--images=debian', '--seed', folder, '--import', join(folder, 'links.csv'));
      expect(await leadsTo('seeded1')).toBe('https://example.com/seeded');
      expect(await leadsTo('import1')).toBe('https://example.com/imported');
      expect((await ask('GET', '/users/700')).status).toBe(200);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});

describe("an edit of nginx's templates", () => {
  const applied = () => compose('exec', '-T', 'nginx', 'apply-templates');
  const file = join(checkout, 'nginx', 'templates', 'locations.conf.template');
  const edited = async (addition: string) => {
    const before = await readFile(file, 'utf8');
    await writeFile(file, `${before}${addition}`);
    const ran = await script('up', '--images=debian');
    await writeFile(file, before);
    return ran;
  };

  test('up has the running nginx read it, and no request fails', async () => {
    await using load = await startLoad({ connections: 4 });
    expect(await edited('location = /edited { return 204; }\n')).toMatchObject({ code: 0 });
    await eventually('it is there', async () => ((await fetch(`${base}/edited`)).status === 204 ? true : undefined));
    expect(await applied()).toContain('as they are now');
    expect((await load.stop()).failures).toEqual([]);
    expect(await applied()).toBe('');
  });

  test('one that nginx refuses changes nothing, and up says why', async () => {
    const { code, stderr } = await edited('no_such_directive on;\n');
    expect(code).toBe(1);
    expect(stderr).toContain('no_such_directive');
    expect((await fetch(`${base}/health`)).status).toBe(200);
  });
});

describe('what the scripts rely on', () => {
  test('docker-compose.yml is one that Compose takes, with every profile', () =>
    expect(compose('--profile', '*', 'config', '--quiet')).resolves.toBe(''));

  test('the Dockerfile has nothing that the engine warns of', () =>
    expect(docker('build', '--check', '.')).resolves.toContain('no warnings found'));

  test('nobody else can read what is secret', async () => {
    const { mode } = await stat(join(checkout, '.env'));
    expect(mode & 0o777).toBe(0o600);
    expect((await stat(join(checkout, '.secrets'))).mode & 0o777).toBe(0o700);
  });
});
