import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from './eventually.ts';

type Docker = (...args: readonly string[]) => Promise<string> | string;

/** A registry of our own, which the engine trusts, for it is on this machine. */
export type Registry = {
  /** Where images are: put it before their names. */
  prefix: string;
  /** Brings an image there; answers its name with its digest. */
  push(image: string, as: string): Promise<string>;
  remove(): Promise<void>;
};

/** Without the accounts that the package's own file asks for. */
const config = `version: 0.1
storage: { filesystem: { rootdirectory: /var/lib/docker-registry } }
http: { addr: ':5000' }
`;
const dockerfile = `FROM debian:trixie-slim
RUN printf '#!/bin/sh\\nexit 101\\n' > /usr/sbin/policy-rc.d && chmod +x /usr/sbin/policy-rc.d \\
 && apt-get update -q && apt-get install -y -q --no-install-recommends docker-registry
COPY config.yml /config.yml
CMD ["docker-registry", "serve", "/config.yml"]
`;

export async function startRegistry(docker: Docker, name: string): Promise<Registry> {
  const folder = mkdtempSync(join(tmpdir(), 'registry-'));
  writeFileSync(join(folder, 'Dockerfile'), dockerfile);
  writeFileSync(join(folder, 'config.yml'), config);
  await docker('build', '--quiet', '--tag', 'shortstack/registry:test', folder);
  rmSync(folder, { recursive: true });
  await docker('run', '--detach', '--name', name, '--publish', '127.0.0.1::5000', 'shortstack/registry:test');
  const address = (await docker('port', name, '5000/tcp')).split('\n')[0] ?? '';
  await eventually('the registry answers', async () => ((await fetch(`http://${address}/v2/`)).ok ? true : undefined));
  const prefix = `${address}/shortstack`;
  return {
    prefix,
    async push(image, as) {
      const there = `${prefix}/${as}`;
      await docker('tag', image, there);
      await docker('push', '--quiet', there);
      const [repository = ''] = there.split(/:[^:/]+$/);
      const digests = await docker('image', 'inspect', '--format', '{{range .RepoDigests}}{{println .}}{{end}}', there);
      await docker('image', 'rm', there);
      return digests.split('\n').find((digest) => digest.startsWith(`${repository}@`)) ?? '';
    },
    remove: async () => void (await docker('rm', '--force', '--volumes', name)),
  };
}
