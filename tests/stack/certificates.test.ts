import { X509Certificate } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createSecretStore } from '../../scripts/src/secrets/secret-store.ts';
import { isLeftBroken, lastReport } from './support/drills.ts';
import { base, checkout, httpsPort, project } from './support/place.ts';
import { compose, docker, script } from './support/programs.ts';
import { eventually, holdTwo, rest, setting } from './support/stack.ts';

const authority = `${project}-acme`;
const domain = 'short.example';
const settings = createSecretStore({ root: checkout });

/** An ACME authority that trusts what it is told to, on the network of nginx. */
async function startAuthority(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'acme-authority-'));
  const config = {
    pebble: {
      listenAddress: '0.0.0.0:14000',
      certificate: '/acme/cert.pem',
      privateKey: '/acme/key.pem',
      httpPort: 80,
      tlsPort: 443,
    },
  };
  const dockerfile = `FROM debian:sid-slim
RUN apt-get update -q && apt-get install -y -q --no-install-recommends openssl pebble && mkdir /acme \\
 && openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj /CN=acme -addext subjectAltName=DNS:acme -keyout /acme/key.pem -out /acme/cert.pem
COPY config.json /acme/config.json
ENV PEBBLE_VA_NOSLEEP=1 PEBBLE_WFE_NONCEREJECT=0
CMD ["pebble", "-config", "/acme/config.json"]
`;
  try {
    await writeFile(join(folder, 'config.json'), JSON.stringify(config));
    await writeFile(join(folder, 'Dockerfile'), dockerfile);
    await docker('build', '--quiet', '--tag', 'shortstack/acme-authority:test', folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  await docker(
    'run',
    '--detach',
    '--name',
    authority,
    '--network',
    `${project}_front`,
    '--network-alias',
    'acme',
    'shortstack/acme-authority:test',
  );
}

type Seen = { issuer: string; names: string; serial: string; until: number; key: string };

const certificate = (): Promise<Seen> =>
  new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port: httpsPort, servername: domain, rejectUnauthorized: false });
    socket.once('error', reject);
    socket.once('secureConnect', () => {
      const { issuer, subjectaltname, serialNumber, valid_to: until, pubkey } = socket.getPeerCertificate();
      socket.destroy();
      resolve({
        issuer: String(issuer?.CN ?? ''),
        names: String(subjectaltname),
        serial: serialNumber,
        until: Date.parse(until),
        key: pubkey?.toString('hex') ?? '',
      });
    });
  });

/** Serial of the one that nginx is to show. Each of its workers may show the one before for ten seconds. */
async function kept(): Promise<string> {
  const pem = await compose('exec', '-T', 'certificates', 'cat', '/certificates/current.pem');
  return new X509Certificate(pem.slice(pem.indexOf('-----BEGIN CERTIFICATE'))).serialNumber;
}

const shown = (serial: string): Promise<Seen> =>
  eventually(`certificate ${serial} is shown`, async () => {
    const seen = await certificate();
    return seen.serial === serial ? seen : undefined;
  });

/** Renews beside the service; says what was said where no other certificate comes. */
async function renewed(...words: readonly string[]): Promise<{ before: Seen; after: Seen }> {
  const serial = await kept();
  const before = await shown(serial);
  const id = (await compose('run', '--detach', '--no-deps', ...words, 'certificates', 'renew')).trim();
  try {
    const next = await eventually('there is another certificate', async () => {
      const now = await kept();
      return now === serial ? undefined : now;
    }).catch(async (error: Error) => {
      throw new Error(`${error.message}; it said:\n${await docker('logs', id)}`);
    });
    return { before, after: await shown(next) };
  } finally {
    await docker('rm', '--force', id);
  }
}

describe('the self-signed certificate', () => {
  test('is renewed before it ends, and nginx takes the new one without a reload', async () => {
    const { before, after } = await renewed('--env', 'RENEW_DAYS=365');
    expect(before.until - Date.now()).toBeGreaterThan(60 * 86_400_000);
    expect(after.names).toBe(before.names);
  });
});

describe('with a domain', () => {
  beforeAll(async () => {
    await startAuthority();
    await settings.remember({
      DOMAIN: domain,
      ACME_EMAIL: 'somebody@example.com',
      ACME_SERVER: 'https://acme:14000/dir',
    });
    const authorityFile = await docker('exec', authority, 'cat', '/acme/cert.pem');
    await writeFile(join(checkout, 'acme-authority.pem'), authorityFile);
    const trust = `services:
  nginx: { networks: { front: { aliases: [${domain}] } } }
  certificates:
    environment: { LEGO_CA_CERTIFICATES: /authority.pem }
    volumes: ['./acme-authority.pem:/authority.pem:ro']
`;
    await writeFile(join(checkout, 'docker-compose.override.yml'), trust);
    await compose('up', '--detach', '--no-build', '--no-deps', '--wait', 'nginx', 'certificates');
  });
  afterAll(async () => {
    await rm(join(checkout, 'docker-compose.override.yml'));
    // Another authority does not know its accounts.
    await compose('exec', '-T', 'certificates', 'rm', '-r', '/certificates/lego');
    await settings.remember({ DOMAIN: '', ACME_EMAIL: '', ACME_SERVER: '' });
    await compose('up', '--detach', '--no-build', '--no-deps', '--wait', 'nginx', 'certificates');
    await docker('rm', '--force', authority);
  });

  test('the authority gives a certificate for it, and HTTP is sent to HTTPS', async () => {
    expect(await setting('DOMAIN')).toBe(domain);
    const seen = await eventually(
      'the certificate of the authority is shown',
      async () => {
        const now = await certificate();
        return /pebble/i.test(now.issuer) ? now : undefined;
      },
      120_000,
    );
    expect(seen.names).toBe(`DNS:${domain}`);
    const response = await fetch(`${base}/abc?x=1`, { redirect: 'manual' });
    expect([response.status, response.headers.get('location')]).toEqual([308, `https://${domain}/abc?x=1`]);
    const challenge = await fetch(`${base}/.well-known/acme-challenge/none`, { redirect: 'manual' });
    expect(challenge.status).toBe(404);
  });

  test('it is renewed with the same key', async () => {
    const { before, after } = await renewed('--env', 'RENEW_DAYS=9999');
    expect(after.issuer).toMatch(/pebble/i);
    expect(after.key).toBe(before.key);
  });

  test('a drill goes by its name over TLS, and gives its key back', async () => {
    await rest();
    await holdTwo();
    try {
      const { code, stdout, stderr } = await script('chaos-test.sh', '--replica-kill');
      expect([code, code === 0 ? '' : stdout + stderr]).toEqual([0, '']);
      const [report] = (await lastReport()).drills;
      expect(report?.measured.clicks.answered).toBeGreaterThan(500);
      expect(isLeftBroken()).toBe(false);
    } finally {
      await rest();
    }
  }, 300_000);
});
