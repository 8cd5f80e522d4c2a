import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { onServer } from './support/place.ts';
import { bookmark, change, credentials, running, script } from './support/server.ts';

let takeBack: () => void;
beforeEach(() => {
  takeBack = bookmark();
});
afterEach(() => takeBack());

test('no room on the disk: refused before anything changes', async () => {
  const before = await running();
  change('// No room.');
  await onServer(
    'mkdir -p /opt/keep && cp -a /opt/shortstack/. /opt/keep/ && mount -t tmpfs -o size=768m full /opt/shortstack && cp -a /opt/keep/. /opt/shortstack/',
  );
  const { code, stdout, stderr } = await script('deploy');
  await onServer('umount /opt/shortstack && rm -rf /opt/keep');
  expect([code, stdout + stderr]).toEqual([1, expect.stringContaining('of disk are free')]);
  expect(await running()).toEqual(before);
});

test('another host key: nothing is sent', async () => {
  const pinned = credentials()['DEPLOY_KNOWN_HOSTS'] ?? '';
  const other = pinned.replace(/AAAA\S+/, 'AAAAC3NzaC1lZDI1NTE5AAAAIGdpdmVuIGluIGEgdGVzdCBhbmQgbm9ib2R5IGhhcyBp');
  const { code, stdout, stderr } = await script('deploy', [], { DEPLOY_KNOWN_HOSTS: other });
  expect([code, stdout + stderr]).toEqual([1, expect.stringMatching(/host key|255/i)]);
});
