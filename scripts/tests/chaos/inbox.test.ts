import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { describe, expect, test } from '@jest/globals';
import { openHook } from '../../src/chaos/hook.ts';
import { isOwnAddress, openInbox } from '../../src/chaos/inbox.ts';
import { countAbout, mailAbout, subjectOf } from '../../src/chaos/mail.ts';

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}

/** Says the lines of a mail one after another, each when the server has answered the one before. */
async function deliver(port: number, lines: readonly string[]): Promise<void> {
  const socket = connect(port, '127.0.0.1');
  for (const line of lines) {
    await once(socket, 'data');
    socket.write(`${line}\r\n`);
  }
  await once(socket, 'close');
}

describe('the chat of a drill', () => {
  const post = (port: number, body: string) => fetch(`http://127.0.0.1:${port}/a/secret`, { method: 'POST', body });
  test('a message has its title and its time; what is none is refused', async () => {
    const port = await freePort();
    await using hook = await openHook('127.0.0.1', port);
    const before = Date.now();
    const good = await post(
      port,
      JSON.stringify({ content: '', embeds: [{ title: 'resolved RedisDown: x', color: 1 }] }),
    );
    expect([good.status, (await post(port, 'x')).status, (await post(port, '{"embeds":[]}')).status]).toEqual([
      204, 400, 400,
    ]);
    expect(hook.mails.map(({ subject }) => subject)).toEqual(['resolved RedisDown: x']);
    expect(mailAbout(hook.mails, 'RedisDown', true, before)).toBeGreaterThanOrEqual(before);
  });
  test('a port that is taken is said', async () => {
    const port = await freePort();
    await using _first = await openHook('127.0.0.1', port);
    await expect(openHook('127.0.0.1', port)).rejects.toThrow('no message can be received');
  });
});

describe('the mails of a drill', () => {
  test('one that arrives has its subject and its time', async () => {
    const port = await freePort();
    await using inbox = await openInbox('127.0.0.1', port);
    const before = Date.now();
    const body = 'Subject: CRITICAL RedisDown: over\r\n\r\nIt is down.\r\n.';
    await deliver(port, ['HELO me', 'MAIL FROM:<a@example.com>', 'RCPT TO:<b@example.com>', 'DATA', body, 'QUIT']);
    expect(inbox.mails.map(({ subject }) => subject)).toEqual(['CRITICAL RedisDown: over']);
    expect(mailAbout(inbox.mails, 'RedisDown', false, before)).toBeGreaterThanOrEqual(before);
    expect(mailAbout(inbox.mails, 'RedisDown', true, before)).toBeUndefined();
    expect(mailAbout(inbox.mails, 'PostgresDown', false, before)).toBeUndefined();
  });
  test('a folded and encoded subject reads as it was written', () =>
    expect(subjectOf('From: a\r\nSubject: =?utf-8?q?Redis=20?=\r\n =?utf-8?q?Down=20=E2=80=93?= now\r\n\r\nx')).toBe(
      'Redis Down – now',
    ));
  test('the mail that it is over is another one', () => {
    const mails = [
      { at: 1, subject: 'RedisDown' },
      { at: 9, subject: 'resolved RedisDown: the cache is down' },
    ];
    expect(mailAbout(mails, 'RedisDown', true, 0)).toBe(9);
    expect(mailAbout(mails, 'RedisDown', false, 2)).toBeUndefined();
    expect([0, 2].map((after) => countAbout(mails, 'RedisDown', after))).toEqual([2, 1]);
    expect(countAbout(mails, 'PostgresDown', 0)).toBe(0);
  });
  test('a mail server on an address of this machine can be stood in for, another one not', async () => {
    expect(await isOwnAddress('127.0.0.1')).toBe(true);
    expect(await isOwnAddress('192.0.2.1')).toBe(false);
  });
  test('a port that is taken is said', async () => {
    const port = await freePort();
    await using _first = await openInbox('127.0.0.1', port);
    await expect(openInbox('127.0.0.1', port)).rejects.toThrow('no mail can be received');
  });
});
