import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { z } from 'zod';
import type { ReleaseAnswer, ReleaseRequest } from '../release/request.ts';
import type { Status } from './status.ts';

type Deps = {
  status: () => Status;
  pause: () => Promise<unknown>;
  pin: (replicas: number) => Promise<unknown>;
  resume: () => Promise<unknown>;
  release: (request: ReleaseRequest, signal: AbortSignal) => Promise<ReleaseAnswer>;
  /** Numbers that may be pinned. */
  range: () => { min: number; max: number };
};

type Reply = { status: number; body: unknown };

const largestBody = 16_384;
const releaseTimeout = 30_000;

const releaseBody = z.strictObject({
  image: z.string().min(1).max(500),
  version: z.string().min(1).max(200).nullish(),
  by: z.string().min(1).max(200).default('control'),
});

const refused = (status: number, code: string, message: string): Reply => ({
  status,
  body: { error: { code, message } },
});

async function readJson(request: IncomingMessage): Promise<unknown> {
  let text = '';
  request.setEncoding('utf8');
  for await (const chunk of request) {
    text += chunk;
    if (text.length > largestBody) throw new RangeError('the body is too long');
  }
  return text === '' ? {} : JSON.parse(text);
}

async function answerRelease(deps: Deps, body: unknown): Promise<Reply> {
  const parsed = releaseBody.safeParse(body);
  if (!parsed.success) return refused(422, 'invalid', z.prettifyError(parsed.error));
  const { by, image, version } = parsed.data;
  const answer = await deps.release({ image, version: version ?? null, by }, AbortSignal.timeout(releaseTimeout));
  if (answer.kind === 'refused') return refused(409, answer.code, answer.message);
  return { status: answer.kind === 'started' ? 202 : 200, body: { result: answer.kind, release: answer.release } };
}

async function answerPin(deps: Deps, body: unknown): Promise<Reply> {
  const { max, min } = deps.range();
  const parsed = z.strictObject({ replicas: z.number().int().min(min).max(max) }).safeParse(body);
  if (!parsed.success) return refused(422, 'invalid', `replicas must be a whole number from ${min} to ${max}`);
  await deps.pin(parsed.data.replicas);
  return { status: 200, body: { pinned: parsed.data.replicas } };
}

async function answer(deps: Deps, request: IncomingMessage): Promise<Reply> {
  const route = `${request.method} ${request.url}`;
  if (route === 'GET /status') return { status: 200, body: deps.status() };
  if (route === 'POST /release') return await answerRelease(deps, await readJson(request));
  if (route === 'POST /pin') return await answerPin(deps, await readJson(request));
  if (route === 'POST /pause') {
    await deps.pause();
    return { status: 200, body: { paused: true } };
  }
  if (route === 'POST /resume') {
    await deps.resume();
    return { status: 200, body: { paused: false, pinned: null } };
  }
  return refused(404, 'not_found', `there is no ${route}`);
}

const send = (response: ServerResponse, { body, status }: Reply): void => {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(`${JSON.stringify(body)}\n`);
};

/** The control API: JSON over a unix socket that only the same container, or who shares its volume, can reach. */
export function createControl(deps: Deps): RequestListener {
  return async (request, response) => {
    try {
      send(response, await answer(deps, request));
    } catch (error) {
      const broken = error instanceof SyntaxError || error instanceof RangeError;
      send(response, refused(broken ? 400 : 500, broken ? 'invalid' : 'failed', (error as Error).message));
    }
  };
}
