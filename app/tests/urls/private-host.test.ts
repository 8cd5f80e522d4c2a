import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { isPrivateHost } from '../../src/urls/private-host.ts';

const hostOf = (address: string) => new URL(address).hostname;

test.each([
  'http://localhost/',
  'http://LOCALHOST./',
  'http://a.localhost/',
  'http://127.0.0.1/',
  'http://127.1/',
  'http://2130706433/',
  'http://0x7f000001/',
  'http://0x7f.1/',
  'http://0177.0.0.1/',
  'http://017700000001/',
  'http://127.0.0.1./',
  'http://１２７.０.０.１/',
  'http://%31%32%37.0.0.1/',
  'http://0/',
  'http://10.1.2.3/',
  'http://100.100.100.200/',
  'http://169.254.169.254/latest/meta-data/',
  'http://172.16.0.1/',
  'http://172.31.255.255/',
  'http://192.168.1.1/',
  'http://192.0.0.192/',
  'http://224.0.0.1/',
  'http://255.255.255.255/',
  'http://[::]/',
  'http://[::1]/',
  'http://[0:0:0:0:0:0:0:1]/',
  'http://[::127.0.0.1]/',
  'http://[::ffff:10.0.0.1]/',
  'http://[::ffff:a00:1]/',
  'http://[::ffff:0:a00:1]/',
  'http://[64:ff9b::192.168.0.1]/',
  'http://[2002:c0a8:1::]/',
  'http://[fe80::1]/',
  'http://[fc00::1]/',
  'http://[fd00:ec2::254]/',
  'http://[ff02::1]/',
  'http://metadata.google.internal/',
  'http://metadata/',
  'http://printer.local/',
  'http://nas.home.arpa/',
])('%s is private', (address) => {
  expect(isPrivateHost(hostOf(address))).toBe(true);
});

test.each([
  'http://example.com/',
  'http://1.1.1.1/',
  'http://9.255.255.255/',
  'http://11.0.0.0/',
  'http://100.63.255.255/',
  'http://100.128.0.0/',
  'http://172.15.255.255/',
  'http://172.32.0.0/',
  'http://192.167.255.255/',
  'http://192.169.0.0/',
  'http://223.255.255.255/',
  'http://[2606:4700:4700::1111]/',
  'http://[2a00::]/',
  'http://[::ffff:8.8.8.8]/',
  'http://[2002:808:808::]/',
  'http://localhost.example.com/',
  'http://notlocalhost/',
  'http://internal.example.com/',
  'http://10.0.0.1.example.com/',
])('%s is public', (address) => {
  expect(isPrivateHost(hostOf(address))).toBe(false);
});

test('an IPv4 address is as private inside an IPv6 one as it is alone', () => {
  const byte = fc.integer({ min: 0, max: 255 });
  fc.assert(
    fc.property(byte, byte, byte, byte, (...bytes) => {
      const address = bytes.join('.');
      expect(isPrivateHost(hostOf(`http://[::ffff:${address}]/`))).toBe(isPrivateHost(address));
    }),
  );
});
