import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fetchImage, type ReleaseImage } from '../../../scripts/src/stack/image.ts';
import { docker, run } from './programs.ts';

/** What is wrong with a release: nothing but its name, or one of these. */
export type Fault = 'none' | 'unready' | 'errors' | 'some-errors' | 'crash' | 'slow';

/** Wraps the service's own listener, then starts the service as it is. */
const main = `import http from 'node:http';
import { syncBuiltinESMExports } from 'node:module';
import { readFileSync } from 'node:fs';

const fault = readFileSync('/srv/fault', 'utf8').trim();
const real = http.createServer;
const isRedirect = (request: http.IncomingMessage) => request.method === 'GET' && /^\\/([0-9A-Za-z]{7}|--)$/.test(request.url ?? '');
const isOfLink = (request: http.IncomingMessage) => isRedirect(request) && request.url !== '/--';
http.createServer = ((options: http.ServerOptions, listener: http.RequestListener) =>
  real(options, (request, response) => {
    if (fault === 'unready' && request.url === '/health/ready') return void response.writeHead(503).end('{}');
    if (fault === 'errors' && isRedirect(request)) return void response.writeHead(500).end();
    if (fault === 'some-errors' && isOfLink(request)) return void response.writeHead(500).end();
    if (fault === 'slow' && isRedirect(request)) return void setTimeout(() => listener(request, response), 900);
    listener(request, response);
  })) as typeof http.createServer;
syncBuiltinESMExports();
if (fault === 'crash') setTimeout(() => process.exit(1), 20_000).unref();
await import('./main-as-it-is.ts');
`;

const dockerfile = (image: string) => `FROM ${image} AS before
FROM ${image}
COPY --from=before /srv/app/src/main.ts /srv/app/src/main-as-it-is.ts
COPY main.ts /srv/app/src/main.ts
COPY fault /srv/fault
`;

/** An image like the one that is built here, but for its fault. */
export async function faultyImage(fault: Fault): Promise<ReleaseImage> {
  const folder = await mkdtemp(join(tmpdir(), 'faulty-image-'));
  const tag = `shortstack/app:fault-${fault}`;
  try {
    await writeFile(join(folder, 'Dockerfile'), dockerfile('shortstack/app:latest'));
    await writeFile(join(folder, 'main.ts'), main);
    await writeFile(join(folder, 'fault'), fault);
    await docker('build', '--quiet', '--tag', tag, folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  return await fetchImage({ run }, tag);
}
