import { type IncomingMessage, type RequestListener, type ServerResponse, request as send } from 'node:http';
import { createBody } from '../replicas/template.ts';
import { type Check, isListOfProject, isTarget, permit } from './allow.ts';
import { type Expected, permitExec, refuseCreate } from './allow-body.ts';
import type { Engine } from './engine.ts';
import { labels } from './labels.ts';

type Names = { project: string; service: string; edgeService: string };
type Deps = {
  engineSocket: string;
  /** The engine itself, for what has to be looked up before a call may pass. */
  engine: Pick<Engine, 'see' | 'image'>;
  names: Names;
  readOnly: boolean;
  /** The engine behind the gate could not be asked. */
  onAway: (error: Error) => void;
  onRefused: (call: { method: string; url: string; why: string }) => void;
};

const largestBody = 65_536;
const patience = 30_000;

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > largestBody) throw new RangeError('the body is too long');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

const parse = (body: Buffer): unknown => {
  try {
    return JSON.parse(String(body));
  } catch {
    return undefined;
  }
};

/** The labels of a container, asked of the engine behind the gate; undefined if there is no such container. */
const labelsBehind = (socketPath: string, id: string): Promise<Record<string, string> | undefined> =>
  new Promise((resolve, reject) => {
    const path = `/containers/${encodeURIComponent(id)}/json`;
    const asked = send({ socketPath, path, signal: AbortSignal.timeout(patience) }, async (response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of response as AsyncIterable<Buffer>) chunks.push(chunk);
      const body = parse(Buffer.concat(chunks)) as { Config?: { Labels?: Record<string, string> } } | undefined;
      resolve(response.statusCode === 200 ? (body?.Config?.Labels ?? {}) : undefined);
    });
    asked.on('error', reject);
    asked.end();
  });

async function refuseNew({ engine, names }: Deps, url: string, body: unknown): Promise<string | null> {
  const signal = AbortSignal.timeout(patience);
  const name = new URL(url, 'http://engine').searchParams.get('name') ?? '';
  const wanted = `${names.project}-${names.service}-`;
  if (!name.startsWith(wanted) || !/^\d+$/.test(name.slice(wanted.length))) return 'the name is not that of a replica';
  const { templates } = await engine.see(signal);
  const expected = await Promise.all(
    templates.map(async ({ imageId, inspect }): Promise<Expected[]> => {
      const image = await engine.image(imageId, signal);
      const identity = { ...names, number: 0, release: '', imageId };
      return image ? [{ body: createBody(inspect, image.config, imageId, identity), image }] : [];
    }),
  );
  const { Image: reference } = (body ?? {}) as { Image?: unknown };
  const image = typeof reference === 'string' ? await engine.image(reference, signal) : null;
  return refuseCreate(body, image, expected.flat());
}

/** Why a call may not pass, or null. */
async function refuse(deps: Deps, check: Check, url: string, body: Buffer): Promise<string | null> {
  const { engineSocket, names } = deps;
  if (check.kind === 'none') return null;
  if (check.kind === 'list') return isListOfProject(check.filters, names.project) ? null : 'not of this project only';
  if (check.kind === 'create') return await refuseNew(deps, url, parse(body));
  if (check.kind === 'command' && !permitExec(parse(body))) return 'not the test command';
  const found = await labelsBehind(engineSocket, check.id);
  // No such container: the engine says so itself.
  if (found === undefined) return null;
  const target = { project: found[labels.project], service: found[labels.service] };
  return isTarget(check, target, names) ? null : 'not a container for this call';
}

function pass(deps: Deps, request: IncomingMessage, body: Buffer, response: ServerResponse): void {
  const { connection: _connection, 'transfer-encoding': _encoding, upgrade: _upgrade, ...headers } = request.headers;
  const asked = send(
    {
      socketPath: deps.engineSocket,
      method: request.method,
      path: request.url,
      headers: { ...headers, ...(body.length > 0 && { 'content-length': body.length }) },
    },
    (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    },
  );
  asked.setTimeout(patience, () => asked.destroy(new Error('the engine does not answer')));
  asked.on('error', (error) => {
    if (response.destroyed) return;
    deps.onAway(error);
    if (response.headersSent) response.destroy();
    else deny(response, 502, 'the engine does not answer');
  });
  response.on('close', () => asked.destroy());
  asked.end(body);
}

function deny(response: ServerResponse, status: number, message: string): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify({ message }));
}

/**
 * A proxy before the Docker socket, which is root on the host: lets pass only the calls that the autoscaler makes, on
 * containers of its project, and looks into the bodies of `create` and `exec`. With `readOnly` it passes GETs alone.
 */
export function createGate(deps: Deps): RequestListener {
  return async (request, response) => {
    const { method = '', url = '' } = request;
    try {
      const verdict = permit(method, url, deps.readOnly);
      const body = await readBody(request);
      const why = verdict.kind === 'refused' ? 'not a call that is made' : await refuse(deps, verdict.check, url, body);
      if (why === null) return pass(deps, request, body, response);
      deps.onRefused({ method, url, why });
      deny(response, 403, `the gate does not let this pass: ${why}`);
    } catch (error) {
      if (!(error instanceof RangeError)) deps.onAway(error as Error);
      deny(response, error instanceof RangeError ? 413 : 502, (error as Error).message);
    }
  };
}
