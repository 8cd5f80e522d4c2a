import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { freePort } from '../../../app/tests/support/free-port.ts';
import { findRedis, thisMachine } from '../../../app/tests/support/redis-program.ts';
import { type RedisServer, runRedis } from '../../../app/tests/support/redis-server.ts';
import { renewPassphrase } from '../../src/commands/renew-passphrase.ts';
import { renewGrafana, renewPersonal, renewStore } from '../../src/commands/renewals.ts';
import { parseRotatable } from '../../src/secrets/rotation.ts';
import { createSecretStore } from '../../src/secrets/secret-store.ts';
import {
  answer,
  type Case,
  everything,
  makeRoot,
  nothing,
  openEnded,
  password,
  renewWithEveryEnd,
  type World,
} from './ended-stack.ts';

jest.setTimeout(240_000);

let redis: RedisServer;
let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ended-redis-'));
  redis = await runRedis(await findRedis(thisMachine), { port: await freePort(), dir: folder, args: [] });
  await tellRedis('ACL SETUSER tests on >tests ~* &* +@all\nACL SETUSER default resetpass >none\n');
});
afterAll(async () => {
  await redis?.[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

/** A line for each command, as its client prints them. */
async function tellRedis(commands: string): Promise<string> {
  const socket = connect(redis.port, '127.0.0.1').setEncoding('utf8');
  socket.end(`${commands}QUIT\n`);
  const lines = (await text(socket)).split('\r\n').slice(0, commands.split('\n').length - 1);
  return lines.map((line) => line.slice(1)).join('\n');
}

const store: Case = {
  services: ['cache'],
  exec: async (_id, _program, input = '') => answer(await tellRedis(input)),
  begin: async (root) =>
    tellRedis(`AUTH tests tests\nACL SETUSER default resetpass >${await password(root, 'cache_password')}\n`),
  renew: (context, stack) => renewStore(context, stack, 'cache_password'),
  // A replica that heals in between is let in.
  async meanwhile(root) {
    expect(await tellRedis(`AUTH ${await password(root, 'cache_password')}\n`)).toBe('OK');
  },
  async verify(root, old) {
    const now = await password(root, 'cache_password');
    expect(await tellRedis(`AUTH ${now}\n`)).toBe('OK');
    expect(await tellRedis(`AUTH ${old['cache_password']}\n`)).toMatch('WRONGPASS');
    expect(await password(root, 'cache_url')).toContain(now);
  },
};

test('the password of a store, killed at any step and run again: it takes the new one alone', async () =>
  await renewWithEveryEnd(store));

test('killed twice: it takes the third one alone', async () => {
  await using made = await makeRoot();
  const { root } = made;
  await store.begin?.(root);
  const old = await everything(root);
  const world = { root, values: {}, services: ['cache'], exec: store.exec ?? nothing };
  for (const step of [1, 1]) {
    const { context, stack } = openEnded(world, { step, when: 'after' });
    await expect(store.renew(context, stack)).rejects.toThrow('killed');
  }
  const { context, stack } = openEnded(world);
  await store.renew(context, stack);
  await store.verify(root, old);
});

test('a store that was started anew in between knows the newest: that is tried as well', async () => {
  await using made = await makeRoot();
  const { root } = made;
  await store.begin?.(root);
  const old = await everything(root);
  const world = { root, values: {}, services: ['cache'], exec: store.exec ?? nothing };
  const first = openEnded(world, { step: 1, when: 'after' });
  await expect(store.renew(first.context, first.stack)).rejects.toThrow('killed');
  await store.begin?.(root);
  const { context, stack } = openEnded(world);
  await store.renew(context, stack);
  await store.verify(root, old);
});

test.each(['API_KEY', 'CHAOS_TOKEN'])('%s: the file and .env have the same new one', async (name) =>
  renewWithEveryEnd({
    services: [],
    renew: (context, stack) => renewPersonal(context, stack, parseRotatable(name)),
    async verify(root, old) {
      const now = (await createSecretStore({ root }).environment())[name];
      expect(now).not.toBe(old[name]);
      expect(await password(root, name.toLowerCase())).toBe(now);
    },
  }),
);

test("Grafana's, which it keeps itself", async () => {
  let kept = '';
  const grafana = createServer(async (request, response) => {
    const [, given] = Buffer.from(request.headers.authorization?.split(' ')[1] ?? '', 'base64')
      .toString()
      .split(':');
    const asked = JSON.parse(await text(request)) as Record<string, string>;
    const right = given === kept && asked['oldPassword'] === kept;
    if (right) kept = asked['newPassword'] ?? '';
    response.writeHead(right ? 200 : 401).end();
  }).listen(0, '127.0.0.1');
  await once(grafana, 'listening');
  try {
    await renewWithEveryEnd({
      services: ['grafana'],
      values: { GRAFANA_PORT: String((grafana.address() as AddressInfo).port) },
      async begin(root) {
        kept = await password(root, 'grafana_password');
      },
      renew: renewGrafana,
      async verify(root, old) {
        expect(kept).not.toBe(old['GRAFANA_PASSWORD']);
        expect(await password(root, 'grafana_password')).toBe(kept);
      },
    });
  } finally {
    grafana.close();
  }
});

test('the passphrase of backups: the old place is left once the new one has a backup, and not before', async () => {
  let [begun, root] = ['', ''];
  const keeper: World['exec'] = async (_id, program) => {
    if (program.includes('list')) return answer('[]');
    // A backup goes to the places of the file.
    if (program.includes('begin')) begun = await password(root, 'pgbackrest.conf');
    return answer('');
  };
  await renewWithEveryEnd({
    services: ['backup'],
    exec: keeper,
    async begin(made) {
      [begun, root] = ['', made];
    },
    renew: renewPassphrase,
    async verify(made, old) {
      const { BACKUP_PASSPHRASE, BACKUP_RENEWAL } = await createSecretStore({ root: made }).environment();
      expect([BACKUP_RENEWAL, BACKUP_PASSPHRASE === old['BACKUP_PASSPHRASE']]).toEqual(['', false]);
      expect(begun).toContain(`repo2-cipher-pass=${BACKUP_PASSPHRASE}\n`);
      expect(await password(made, 'pgbackrest.conf')).toContain(`repo1-cipher-pass=${BACKUP_PASSPHRASE}\n`);
    },
  });
});
