import { once } from 'node:events';
import { createServer } from 'node:net';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { otherProject, project } from './support/place.ts';
import { docker, run } from './support/programs.ts';
import { stack } from './support/stack.ts';

/** A network namespace that is none of the stack's: a neighbour on the same machine, who routes through it. */
const foreign = `${otherProject}-foreign`;

beforeAll(async () => {
  await run('docker', ['network', 'rm', foreign]);
  await docker('network', 'create', foreign);
});
afterAll(async () => void (await docker('network', 'rm', foreign)));

type Inspected = {
  Config: { ExposedPorts?: Record<string, unknown> };
  NetworkSettings: {
    Networks: Record<string, { IPAddress: string }>;
    Ports: Record<string, { HostPort: string }[] | null>;
  };
};

/** What the parts of the stack listen on inside, whether an image says so or not, and what engines and sshd do. */
const usual = [22, 80, 443, 2375, 2376, 3000, 3100, 4317, 4318, 5432, 6379, 8080, 8081, 9090, 9093, 9100, 9113, 9115];
const more = [9121, 9187, 9200, 13133, 16686];

const scan = `const net = require('node:net');
const look = ([host, port]) => new Promise((done) => {
  const socket = net.connect({ host, port, timeout: 1000 });
  const end = (open) => { socket.destroy(); done(open ? [host + ':' + port] : []); };
  socket.on('connect', () => end(true)).on('timeout', () => end(false)).on('error', () => end(false));
});
Promise.all(JSON.parse(process.argv[1]).map(look)).then((found) => console.log(JSON.stringify(found.flat())));`;

/** Which of these answer somebody on a network. */
async function openFrom(network: string, targets: readonly (readonly [string, number])[]): Promise<string[]> {
  const node = ['run', '--rm', '--network', network, '--entrypoint', 'node', 'shortstack/app:latest'];
  return JSON.parse(await docker(...node, '-e', scan, JSON.stringify(targets))) as string[];
}

const gatewayOf = (network: string): Promise<string> =>
  docker('network', 'inspect', '--format', '{{(index .IPAM.Config 0).Gateway}}', network);

const inspectAll = async (): Promise<Inspected[]> => {
  const ids = (await stack.list()).filter(({ state }) => state === 'running').map(({ id }) => id);
  return JSON.parse(await docker('inspect', ...ids)) as Inspected[];
};

const addresses = (all: readonly Inspected[]): string[] =>
  all
    .flatMap(({ NetworkSettings }) => Object.values(NetworkSettings.Networks).map(({ IPAddress }) => IPAddress))
    .filter((address) => address !== '');

test('from another network no container of the stack can be reached, at any port', async () => {
  const all = await inspectAll();
  const exposed = all.flatMap(({ Config }) =>
    Object.keys(Config.ExposedPorts ?? {}).map((port) => Number.parseInt(port, 10)),
  );
  const ports = [...new Set([...usual, ...more, ...exposed])];
  const targets = addresses(all).flatMap((address) => ports.map((port) => [address, port] as const));
  expect(targets.length).toBeGreaterThan(ports.length * 8);
  // The same look from where nginx is finds it: it is the network that keeps the others out.
  expect((await openFrom(`${project}_front`, targets)).map((found) => found.split(':')[1]).sort()).toEqual([
    '443',
    '80',
    '8081',
  ]);
  expect(await openFrom(foreign, targets)).toEqual([]);
});

test('what is published for this machine alone answers nobody else', async () => {
  const gateway = await gatewayOf(foreign);
  const published = (await inspectAll()).flatMap(({ NetworkSettings }) =>
    Object.values(NetworkSettings.Ports).flatMap((bound) => bound?.map(({ HostPort }) => Number(HostPort)) ?? []),
  );
  expect(published.length).toBeGreaterThanOrEqual(2);
  // Somebody listens there in each case: what is open is seen.
  const control = createServer().listen(0, gateway);
  await once(control, 'listening');
  const address = control.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  try {
    const targets = [...published, port].map((one) => [gateway, one] as const);
    expect(await openFrom(foreign, targets)).toEqual([`${gateway}:${port}`]);
  } finally {
    control.close();
  }
});
