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

/** Prefixes whose addresses carry an IPv4 one, and how many bits stand below that. RFC 4291, 6052, 3056. */
const carriers = [
  { prefix: '::/96', below: 0n },
  { prefix: '::ffff:0:0/96', below: 0n },
  { prefix: '::ffff:0:0:0/96', below: 0n },
  { prefix: '64:ff9b::/96', below: 0n },
  { prefix: '2002::/16', below: 80n },
];

type Range = { prefix: bigint; free: bigint };

const ipv4 = /^\d{1,3}(?:\.\d{1,3}){3}$/;
const ipv6 = /^\[([0-9a-f:]+)\]$/;

const numberOfV4 = (address: string): bigint =>
  address.split('.').reduce((number, byte) => (number << 8n) + BigInt(byte), 0n);

/** An IPv6 address as the URL parser writes it: hexadecimal groups, `::` at most once. */
function numberOfV6(address: string): bigint {
  const groups = address.split('::').map((part) => (part === '' ? [] : part.split(':')));
  const [before = [], after = []] = groups;
  const zeros = Array<string>(8 - before.length - after.length).fill('0');
  return [...before, ...zeros, ...after].reduce((number, group) => (number << 16n) + BigInt(`0x${group}`), 0n);
}

function rangeOf(range: string): Range {
  const [address = '', bits] = range.split('/');
  const [number, width] = ipv4.test(address) ? [numberOfV4(address), 32n] : [numberOfV6(address), 128n];
  const free = width - BigInt(bits ?? width);
  return { prefix: number >> free, free };
}

const isIn = (number: bigint, { prefix, free }: Range): boolean => number >> free === prefix;

const rangesV4 = privateV4.map(rangeOf);
const rangesV6 = privateV6.map(rangeOf);
const carriersV6 = carriers.map(({ prefix, below }) => ({ range: rangeOf(prefix), below }));

const isPrivateV4 = (number: bigint): boolean => rangesV4.some((range) => isIn(number, range));

function isPrivateV6(number: bigint): boolean {
  if (rangesV6.some((range) => isIn(number, range))) return true;
  return carriersV6.some(({ range, below }) => isIn(number, range) && isPrivateV4((number >> below) & 0xffffffffn));
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
  if (ipv4.test(host)) return isPrivateV4(numberOfV4(host));
  const v6 = ipv6.exec(host)?.[1];
  return v6 === undefined ? privateName.test(host) : isPrivateV6(numberOfV6(v6));
}
