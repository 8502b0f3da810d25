import { isIPv6 } from 'node:net';

/**
 * The network that an address stands for: an IPv4 address itself, or the first 64 bits of an IPv6
 * address, since one client has all addresses of such a network.
 */
export function networkOf(address: string): string {
  // Text that is no address is cut, so that it takes no more room.
  if (!isIPv6(address)) return address.slice(0, 64);
  const groups = groupsOf(address);
  const isIPv4 = groups.slice(0, 6).join(':') === '0:0:0:0:0:ffff';
  if (!isIPv4) return `${groups.slice(0, 4).join(':')}::/64`;
  const bytes = groups.slice(6).flatMap((group) => [Number.parseInt(group, 16) >> 8, Number.parseInt(group, 16) & 255]);
  return bytes.join('.');
}

/** The eight groups of an IPv6 address, in their shortest form. */
function groupsOf(address: string): string[] {
  const [withoutZone = ''] = address.split('%');
  const shortest = new URL(`http://[${withoutZone}]`).hostname.slice(1, -1);
  const [before = '', after] = shortest.split('::').map((text) => text.split(':').filter(Boolean)) as string[][];
  if (after === undefined) return [...before];
  return [...before, ...Array<string>(8 - before.length - after.length).fill('0'), ...after];
}
