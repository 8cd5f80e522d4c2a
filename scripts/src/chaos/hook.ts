import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import { z } from 'zod';
import { ScriptError } from '../platform/run.ts';
import type { Inbox } from './inbox.ts';
import type { Mail } from './mail.ts';

/** What Discord's webhook takes, as far as it says what it is about. */
const message = z.object({ embeds: z.array(z.object({ title: z.string() })).min(1) });

const mostBytes = 1_048_576;
const mostMessages = 10_000;

async function titleOf(request: IncomingMessage): Promise<string | undefined> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    bytes += part.length;
    if (bytes > mostBytes) return undefined;
    parts.push(part);
  }
  return message.parse(JSON.parse(Buffer.concat(parts).toString())).embeds[0]?.title;
}

/** A webhook on an address of this machine that takes what chat is sent, and keeps the title as a mail's subject. */
export async function openHook(host: string, port: number): Promise<Inbox> {
  const mails: Mail[] = [];
  const server = createServer(async (request, response) => {
    const subject = await titleOf(request).catch(() => undefined);
    if (subject !== undefined && mails.length < mostMessages) mails.push({ at: Date.now(), subject });
    response.writeHead(subject === undefined ? 400 : 204).end();
  });
  server.listen(port, host);
  await once(server, 'listening').catch((error: Error) => {
    throw new ScriptError(`no message can be received on ${host}:${port}: ${error.message}`);
  });
  return {
    mails,
    [Symbol.asyncDispose]: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}
