import { EventEmitter, once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { text } from 'node:stream/consumers';
import { SMTPServer } from 'smtp-server';
import { type Certificate, makeCertificate } from './certificate.ts';

/** What arrived: a mail as it came over the wire, or the body of a call to a webhook. */
export type Message = { by: 'mail' | 'webhook'; at: number; subject: string; body: string; path: string };

/** Who may send mail here. A password that has to be written with care wherever it goes. */
export const sender = { user: 'alerts@shortstack.test', password: 'a "quoted" \\ word' } as const;

export type Inbox = AsyncDisposable & {
  messages: readonly Message[];
  smtpPort: number;
  /** What a sender has to believe. */
  certificate: string;
  webhook: string;
  /** The first message that fits, however long ago; fails after the time with what came instead. */
  until(what: string, fits: (message: Message) => boolean, within: number): Promise<Message>;
};

/** The subject of a mail with its folded lines joined and its words decoded. */
function subjectOf(mail: string): string {
  const raw = /^Subject: (.*(?:\r\n[ \t].*)*)/m.exec(mail)?.[1] ?? '';
  return raw.replace(/\r\n[ \t]/g, ' ').replace(/=\?utf-8\?q\?(.*?)\?=/gi, (_all, word: string) =>
    Buffer.from(
      word
        .replaceAll('_', ' ')
        .replace(/=([0-9A-F]{2})/g, (_hex, code: string) => String.fromCharCode(Number.parseInt(code, 16))),
      'latin1',
    ).toString(),
  );
}

const portOf = (server: { address(): unknown }): number => (server.address() as { port: number }).port;

async function openWebhook(keep: (message: Omit<Message, 'at'>) => void): Promise<Server> {
  const server = createServer(async (request, response) => {
    const body = await text(request);
    const { embeds } = JSON.parse(body) as { embeds?: { title: string }[] };
    keep({ by: 'webhook', subject: embeds?.[0]?.title ?? '', body, path: request.url ?? '' });
    response.writeHead(204).end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

/** As a provider's: mail is taken by TLS, and of who has the password. */
async function openMail(keep: (message: Omit<Message, 'at'>) => void, tls: Certificate): Promise<SMTPServer> {
  const server = new SMTPServer({
    ...tls,
    onAuth: ({ username, password }, _session, done) =>
      username === sender.user && password === sender.password
        ? done(null, { user: username })
        : done(new Error('not the sender')),
    onData: (stream, _session, done) => {
      void text(stream).then((mail) => {
        keep({ by: 'mail', subject: subjectOf(mail), body: mail, path: '' });
        done();
      });
    },
  });
  server.listen(0, '127.0.0.1');
  await once(server.server, 'listening');
  return server;
}

/** Where alerts arrive: a real SMTP server and a webhook, both on this machine. */
export async function openInbox(): Promise<Inbox> {
  const messages: Message[] = [];
  const news = new EventEmitter().setMaxListeners(0);
  const keep = (message: Omit<Message, 'at'>): void => {
    messages.push({ ...message, at: Date.now() });
    news.emit('message');
  };
  const tls = await makeCertificate();
  const smtp = await openMail(keep, tls);
  const webhook = await openWebhook(keep);
  return {
    messages,
    smtpPort: portOf(smtp.server),
    certificate: tls.cert,
    webhook: `http://127.0.0.1:${portOf(webhook)}`,
    async until(what, fits, within) {
      const signal = AbortSignal.timeout(within);
      for (;;) {
        const found = messages.find(fits);
        if (found) return found;
        await once(news, 'message', { signal }).catch(() => {
          const came = messages.map(({ by, subject }) => `${by}: ${subject}`).join('\n');
          throw new Error(`not within ${within / 1_000} s: ${what}; what came:\n${came}`);
        });
      }
    },
    async [Symbol.asyncDispose]() {
      await new Promise<void>((resolve) => smtp.close(resolve));
      webhook.closeAllConnections();
      await new Promise<void>((resolve) => webhook.close(() => resolve()));
    },
  };
}
