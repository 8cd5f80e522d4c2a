import { once } from 'node:events';
import { createServer } from 'node:net';
import { text } from 'node:stream/consumers';
import { SMTPServer } from 'smtp-server';
import { ScriptError } from '../platform/run.ts';
import { type Mail, subjectOf } from './mail.ts';

/** What takes every message that people would get, by mail or by chat, and keeps its subject. */
export type Inbox = AsyncDisposable & { readonly mails: readonly Mail[] };

const mostMails = 10_000;

/**
 * Whether an address is this machine's own, so that what is sent there can be received here: it can be listened on. (A
 * bridge without containers is down and in no list of addresses.)
 */
export async function isOwnAddress(host: string): Promise<boolean> {
  const server = createServer().listen(0, host);
  const own = await once(server, 'listening').then(
    () => true,
    () => false,
  );
  server.close();
  return own;
}

/** Takes mails on an address of this machine, as the stack's Alertmanager sends them. */
export async function openInbox(host: string, port: number): Promise<Inbox> {
  const mails: Mail[] = [];
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    allowInsecureAuth: true,
    onAuth: ({ username }, _session, done) => done(null, { user: username ?? '' }),
    onData: (stream, _session, done) => {
      text(stream).then(
        (mail) => {
          if (mails.length < mostMails) mails.push({ at: Date.now(), subject: subjectOf(mail) });
          done();
        },
        (error: Error) => done(error),
      );
    },
  });
  // What a client does wrong is nothing to a drill.
  server.on('error', () => {});
  server.listen(port, host);
  await once(server.server, 'listening').catch((error: Error) => {
    throw new ScriptError(`no mail can be received on ${host}:${port}: ${error.message}`);
  });
  return {
    mails,
    [Symbol.asyncDispose]: () => new Promise<void>((resolve) => server.close(resolve)),
  };
}
