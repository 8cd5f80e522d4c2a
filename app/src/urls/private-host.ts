import { BlockList, isIPv4, isIPv6 } from 'node:net';

/** Ranges of IANA's special-purpose registries that lead into somebody's own machine or network, or to no host at all. */
const privateV4 = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10', // Shared address space; a cloud's metadata service lives here.
  '127.0.0.0/8',
  '169.254.0.0/16', // Link-local; most clouds' metadata services live here.
  '172.16.0.0/12',
  '192.0.0.0/24', // Protocol assignments; a cloud's metadata service lives here.
  '192.168.0.0/16',
  '198.18.0.0/15',
  '224.0.0.0/4',
  '240.0.0.0/4',
];
const privateV6 = ['::/127', '64:ff9b:1::/48', '100::/64', 'fc00::/7', 'fe80::/10', 'fec0::/10', 'ff00::/8'];

/** Prefixes whose addresses carry an IPv4 one: where it begins, in 16-bit groups. RFC 4291, 6052, 3056. */
const carriers = [
  { prefix: '::/96', group: 6 },
  { prefix: '::ffff:0:0/96', group: 6 },
  { prefix: '::ffff:0:0:0/96', group: 6 },
  { prefix: '64:ff9b::/96', group: 6 },
  { prefix: '2002::/16', group: 1 },
];

function blockList(ranges: readonly string[], family: 'ipv4' | 'ipv6'): BlockList {
  const list = new BlockList();
  for (const range of ranges) {
    const [address = '', bits] = range.split('/');
    list.addSubnet(address, Number(bits), family);
  }
  return list;
}

const v4 = blockList(privateV4, 'ipv4');
const v6 = blockList(privateV6, 'ipv6');
const carriersV6 = carriers.map(({ prefix, group }) => ({ list: blockList([prefix], 'ipv6'), group }));

/** The eight 16-bit groups of an IPv6 address as the URL parser writes it: hexadecimal, `::` at most once. */
function groupsOf(address: string): number[] {
  const [head = '', tail] = address.split('::');
  const numbers = (part: string) => (part === '' ? [] : part.split(':').map((group) => Number.parseInt(group, 16)));
  const [before, after] = [numbers(head), numbers(tail ?? '')];
  return [...before, ...Array<number>(8 - before.length - after.length).fill(0), ...after];
}

function isPrivateV6(address: string): boolean {
  if (v6.check(address, 'ipv6')) return true;
  return carriersV6.some(({ list, group }) => {
    if (!list.check(address, 'ipv6')) return false;
    const [high = 0, low = 0] = groupsOf(address).slice(group, group + 2);
    return v4.check([high >> 8, high & 255, low >> 8, low & 255].join('.'), 'ipv4');
  });
}

/** Names that mean this machine, its network, or a cloud's metadata service. RFC 6761, 6762, 8375; ICANN's `internal`. */
const privateName =
  /^(localhost|ip6-localhost|ip6-loopback|metadata|instance-data)$|\.(localhost|localdomain|local|internal|home\.arpa)$/;

/**
 * Whether a host, as the WHATWG URL parser writes it (so decimal, hex, octal and full-width spellings are dotted
 * already), is loopback, private, link-local, metadata, or no host. Looks nothing up.
 */
export function isPrivateHost(hostname: string): boolean {
  const host = hostname.replace(/\.+$/, '').toLowerCase();
  if (isIPv4(host)) return v4.check(host, 'ipv4');
  const bare = host.replace(/^\[|\]$/g, '');
  return isIPv6(bare) ? isPrivateV6(bare) : privateName.test(host);
}
