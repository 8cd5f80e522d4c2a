import { request } from 'node:http';
import { CommandError } from './command.ts';

export type Answer = { status: number; body: unknown };

const patience = 35_000;

/** One request to the control API of the autoscaler that runs. Rejects with a sentence when none answers. */
export const send = (socketPath: string, method: string, path: string, body?: unknown): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const text = body === undefined ? '' : JSON.stringify(body);
    const sent = request({ socketPath, method, path, signal: AbortSignal.timeout(patience) }, async (response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of response as AsyncIterable<Buffer>) chunks.push(chunk);
      resolve({ status: response.statusCode ?? 0, body: JSON.parse(String(Buffer.concat(chunks))) });
    });
    sent.on('error', (cause) =>
      reject(new CommandError(`no autoscaler answers on ${socketPath} (${cause.message})`, { cause })),
    );
    sent.end(text);
  });
