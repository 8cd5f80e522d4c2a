import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { eventually } from './eventually.ts';
import { startLoad } from './load.ts';
import { startRegistry } from './registry.ts';
import { base, checkout, type Droplet, fileOf, makeDroplet, ports, publicKey, writeSettings } from './support.ts';

let droplet: Droplet;
let key = '';
let code = '';

beforeAll(async () => {
  droplet = await makeDroplet();
  if (process.env['REUSE_DROPLET']) {
    key = await setting('API_KEY');
    code = await shorten('https://example.com/first');
    good = droplet.commit({});
  }
}, 600_000);
afterAll(() => droplet?.remove());

let good = '';
const setting = async (name: string) => (await droplet.onServer(`sed -n 's/^${name}=//p' /opt/shortstack/.env`)).trim();
const psql = (sql: string) =>
  droplet.onServer(`docker exec shortstack-postgres-1 psql -U shortstack -d shortstack -XAtqc "${sql}"`);

const main = 'app/src/main.ts';
const template = 'nginx/templates/servers.conf.template';
const composeFile = 'docker-compose.yml';
/** A commit that changes what a replica runs. */
const change = (line: string) => droplet.commit({ [main]: (before) => `${line}\n${before}` });
/** A commit that takes a bad one back. */
const takeBack = () =>
  droplet.commit(Object.fromEntries([main, template, composeFile].map((file) => [file, fileOf(good, file)])));

async function shorten(url: string): Promise<string> {
  const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
  const answer = await fetch(`${base}/shorten`, { method: 'POST', headers, body: JSON.stringify({ url }) });
  return ((await answer.json()) as { short_code: string }).short_code;
}
const leadsTo = async (short: string) =>
  (await fetch(`${base}/${short}`, { redirect: 'manual' })).headers.get('location');
/** What runs, by service and content of its image: how many replicas there are is the load's affair. */
const running = async () => {
  const each = `'{{ index .Config.Labels "com.docker.compose.service" }} {{.Image}}'`;
  const lines = (await droplet.onServer(`docker inspect --format ${each} $(docker ps -q)`)).split('\n');
  return [...new Set(lines)].sort();
};
const clicksOf = async (short: string) =>
  Number(
    await psql(
      `select count(*) from events e join urls u on u.id = e.url_id where event_type = 'click' and short_code = '${short}'`,
    ),
  );
const lastRelease = async () => (await droplet.script('releases')).stdout.trim().split('\n').at(-1) ?? '';

describe('a server from nothing', () => {
  test('droplet-init makes it one; again it changes nothing', async () => {
    const server = `root@127.0.0.1:${ports.ssh}`;
    expect((await droplet.script('droplet-init', server, '--check', '--key', publicKey)).code).toBe(1);
    const made = await droplet.script('droplet-init', server, '--key', publicKey);
    expect([made.code, made.stdout]).toEqual([0, expect.stringContaining('DEPLOY_KNOWN_HOSTS')]);
    const again = await droplet.script('droplet-init', server, '--check', '--key', publicKey);
    expect([again.code, again.stdout]).toEqual([0, expect.stringContaining('0 differ')]);
    await eventually('the engine answers', async () => droplet.onServer('docker info'));
  });

  test('the account that deploys has no shell, no Docker and no other right', async () => {
    expect(await droplet.onServer('id -nG deploy')).toBe('deploy');
    expect(await droplet.onServer('sudo -lU deploy')).toMatch(/NOPASSWD: \/usr\/local\/sbin\/shortstack-entry$/m);
  });

  test('the first deployment: from a commit to a link that is followed', async () => {
    await writeSettings(droplet);
    good = droplet.commit({});
    const { code: ended, stdout, stderr } = await droplet.script('deploy');
    expect([ended, stderr.slice(-2_000), stdout.slice(-2_000)]).toEqual([0, expect.anything(), expect.anything()]);
    key = await setting('API_KEY');
    code = await shorten('https://example.com/first');
    expect(await leadsTo(code)).toBe('https://example.com/first');
    expect(await lastRelease()).toContain(`${good.slice(0, 12)}  serves`);
  });
});

describe('an update', () => {
  test('and a rollback: under load no request fails and no click is lost', async () => {
    const before = await running();
    const followed = await shorten('https://example.com/under-load');
    const load = startLoad(base, key, followed);
    good = change('// An update.');
    const updated = await droplet.script('deploy');
    const after = await running();
    const back = await droplet.script('rollback');
    const { failures, gets, posts } = await load.stop();
    expect([updated.code, back.code]).toEqual([0, 0]);
    expect(after).not.toEqual(before);
    expect(failures).toEqual([]);
    expect([gets > 500, posts > 50]).toEqual([true, true]);
    await eventually('every click is counted', async () => ((await clicksOf(followed)) === gets ? true : undefined));
    expect(await lastRelease()).toContain('rollback to 1');
  });

  test.each<[string, string, () => string]>([
    [
      'a setting that Compose does not take',
      'configuration',
      () => droplet.commit({ [composeFile]: (before) => `${before}\nnonsense: 1\n` }),
    ],
    [
      'a template that nginx does not take',
      'configuration',
      () => droplet.commit({ [template]: (before) => `${before}\nnonsense;\n` }),
    ],
    [
      'a service that does not start',
      'services',
      () =>
        droplet.commit({
          [composeFile]: (before) => before.replace('certificates:\n    <<: *base\n', '$&    entrypoint: [/nowhere]\n'),
          [main]: (before) => `// With a service that does not start.\n${before}`,
        }),
    ],
    ['a release that never gets ready', 'replicas', () => change("if (process.argv[2] === 'serve') process.exit(1);")],
  ])('%s: fails at "%s", and everything is as before', async (_what, step, make) => {
    const before = await running();
    const load = startLoad(base, key, code);
    make();
    const { code: ended, stdout, stderr } = await droplet.script('deploy');
    const { failures } = await load.stop();
    takeBack();
    expect([ended, stdout + stderr]).toEqual([
      1,
      expect.stringContaining(`failed at "${step}", everything is as before`),
    ]);
    expect(await running()).toEqual(before);
    expect(failures).toEqual([]);
    expect(await lastRelease()).toContain('failed');
  });

  test('two at once: the second is told who holds the lock', async () => {
    change('// Two at once.');
    const first = droplet.script('deploy');
    await eventually(
      'the first one has begun',
      async () => droplet.onServer('docker inspect shortstack-deploy'),
      300_000,
    );
    const second = await droplet.script('rollback');
    expect([second.code, second.stdout + second.stderr]).toEqual([
      3,
      expect.stringContaining('refused, this runs already: deploy'),
    ]);
    expect((await first).code).toBe(0);
  });

  test('the connection is cut: the server goes on by itself', async () => {
    const commit = change('// The connection is cut.');
    const script = join(checkout, 'scripts', 'deploy');
    const client = spawn(script, { cwd: checkout, env: droplet.environment, stdio: 'ignore', detached: true });
    await eventually('it has begun', async () => droplet.onServer('docker inspect shortstack-deploy'), 300_000);
    process.kill(-(client.pid ?? 0), 'SIGKILL');
    await eventually(
      'it serves',
      async () => ((await lastRelease()).includes(`${commit.slice(0, 12)}  serves`) ? true : undefined),
      300_000,
    );
    expect(await leadsTo(code)).toBe('https://example.com/first');
  });

  test('the power goes in the middle: everything comes back by itself, and the next one undoes and goes on', async () => {
    const commit = change('// The power goes.');
    const cut = droplet.script('deploy');
    await eventually(
      'replicas are being replaced',
      async () =>
        (await droplet.onServer('cat /opt/shortstack/.deploy/journal.json')).includes('"replicas"') ? true : undefined,
      300_000,
    );
    droplet.powerCut();
    expect((await cut).code).not.toBe(0);
    await eventually('the link leads somewhere', async () => ((await leadsTo(code)) ? true : undefined), 180_000);
    const { code: ended, stdout } = await droplet.script('deploy');
    expect([ended, stdout]).toEqual([0, expect.stringContaining('was interrupted at')]);
    expect(await lastRelease()).toContain(`${commit.slice(0, 12)}  serves`);
  });

  test('no room on the disk: refused before anything changes', async () => {
    const before = await running();
    change('// No room.');
    await droplet.onServer(
      'mkdir -p /opt/keep && cp -a /opt/shortstack/. /opt/keep/ && mount -t tmpfs -o size=768m full /opt/shortstack && cp -a /opt/keep/. /opt/shortstack/',
    );
    const { code: ended, stdout, stderr } = await droplet.script('deploy');
    await droplet.onServer('umount /opt/shortstack');
    expect([ended, stdout + stderr]).toEqual([1, expect.stringContaining('of disk are free')]);
    expect(await running()).toEqual(before);
  });

  test('another host key: nothing is sent', async () => {
    const pinned = droplet.environment['DEPLOY_KNOWN_HOSTS'] ?? '';
    droplet.environment['DEPLOY_KNOWN_HOSTS'] = pinned.replace(
      /AAAA\S+/,
      'AAAAC3NzaC1lZDI1NTE5AAAAIGdpdmVuIGluIGEgdGVzdCBhbmQgbm9ib2R5IGhhcyBp',
    );
    const { code: ended, stdout, stderr } = await droplet.script('deploy');
    droplet.environment['DEPLOY_KNOWN_HOSTS'] = pinned;
    expect([ended, stdout + stderr]).toEqual([1, expect.stringMatching(/host key|255/i)]);
  });

  test('the service by its digest: from a registry, with nothing built here', async () => {
    const commit = change('// By its digest.');
    const registry = await startRegistry(droplet.docker, 'droplettest-registry');
    try {
      for (const other of ['autoscaler', 'certificates', 'database', 'backup', 'tools'])
        await registry.push(`shortstack/${other}:latest`, `${other}:${commit}`);
      droplet.docker('build', '--quiet', '--target', 'app', '--tag', 'shortstack/app:by-digest', checkout);
      const { code: ended, stdout } = await droplet.script(
        'deploy',
        await registry.push('shortstack/app:by-digest', 'app:1'),
      );
      expect([ended, stdout]).toEqual([0, expect.not.stringContaining('building')]);
    } finally {
      await registry.remove();
    }
    expect(await lastRelease()).toContain(`${commit.slice(0, 12)}  serves`);
  });
});

test('from outside only SSH and the edge are there', async () => {
  const scan = `for port in 22 80 443 2375 2376 5432 6379 8080 8081 9090 9093 9100 9187 9200 3000 3100 16686; do
    timeout 2 bash -c "exec 3<> /dev/tcp/droplettest/$port" 2> /dev/null && echo $port; done; true`;
  const open = droplet.docker(
    'run',
    '--rm',
    '--network',
    'droplettest',
    '--entrypoint',
    'bash',
    'shortstack/droplet-test',
    '-c',
    scan,
  );
  expect(open.split('\n')).toEqual(['22', '80', '443']);
});

test('a restart of the machine: everything comes back by itself, and nothing is lost', async () => {
  const urls = await psql('select count(*) from urls');
  await droplet.restart();
  await eventually('the link leads somewhere', async () => ((await leadsTo(code)) ? true : undefined), 180_000);
  expect(await psql('select count(*) from urls')).toBe(urls);
});
