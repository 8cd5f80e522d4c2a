import { describe, expect, test } from '@jest/globals';
import { parseDestination } from '../../src/deploy/destination.ts';
import { parseRequest, requestWords } from '../../src/deploy/request.ts';

const commit = 'a'.repeat(40);
const images = {
  APP_IMAGE: 'shortstack/app:0123456789ab',
  BACKUP_IMAGE: `ghcr.io/o/r/backup@sha256:${'b'.repeat(64)}`,
};

describe('what a server is asked', () => {
  test('arrives as it was sent', () => {
    const request = { commit, images, by: 'ann', askedAt: 1_700_000_000_000 };
    expect(parseRequest(requestWords(request))).toEqual(request);
  });
  test('a name with other letters is made one word', () => {
    const words = requestWords({ commit, images, by: 'Ann; rm -rf /', askedAt: 1 });
    expect(parseRequest(words).by).toBe('Ann__rm_-rf__');
  });
  test.each([
    ['no commit', ['HEAD', 'APP_IMAGE=a:b'], 'no commit'],
    ['no image of the app', [commit, 'BY=ann'], 'APP_IMAGE is missing'],
    ['an option for docker', [commit, 'APP_IMAGE=--privileged'], 'no part'],
    ['a command', [commit, 'APP_IMAGE=a$(reboot)'], 'no part'],
    ['another setting', [commit, 'APP_IMAGE=a:b', 'API_KEY=x'], 'no part'],
  ])('%s is refused', (_what, words, why) => expect(() => parseRequest(words)).toThrow(why));
});

describe('where the server is', () => {
  test.each([
    ['example.com', { account: 'deploy', host: 'example.com', port: undefined }],
    ['ann@192.0.2.7:2222', { account: 'ann', host: '192.0.2.7', port: 2_222 }],
    ['[2001:db8::1]:2222', { account: 'deploy', host: '2001:db8::1', port: 2_222 }],
  ])('%s', (text, destination) => expect(parseDestination(text)).toEqual(destination));
  test.each(['', '-oProxyCommand=sh', 'ann@', 'a b', 'example.com:99999', undefined])('%s is none', (text) =>
    expect(() => parseDestination(text)).toThrow('--host'),
  );
});
