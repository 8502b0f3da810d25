import { type LookupAddress, lookup } from 'node:dns';
import type { Agent } from 'node:http';
import type { Agent as SecureAgent } from 'node:https';
import { BlockList, isIP, type LookupFunction } from 'node:net';
import { connecting } from './connecting.ts';
import { http, https } from './node-http.ts';

/** The hosts to which the servers of a raster may redirect, besides themselves. */
export interface OtherHosts {
  /** Tells whether a URL is on one of the hosts. */
  has(url: URL): boolean;
  /** Agents that connect to the hosts, and refuse private addresses that the list does not have. */
  readonly agents: { readonly http: Agent; readonly https: SecureAgent };
}

/** The pattern of an entry in a list of other hosts. */
export const otherHostPattern = String.raw`^([\w.-]+(:\d{1,5})?|\[[\da-fA-F:.]+\](:\d{1,5})?|[\da-fA-F:.]+/\d{1,3})$`;

/**
 * Reads a list of hosts: `host` or `host:port` by name or address, and ranges of private addresses
 * (`10.0.0.0/8`) that hosts of the list may have.
 */
export function otherHosts(entries: readonly string[]): OtherHosts {
  const isRange = (entry: string) => entry.includes('/');
  const hosts = new Set(entries.filter((entry) => !isRange(entry)).map((entry) => entry.toLowerCase()));
  const allowed = new BlockList();
  for (const entry of entries.filter(isRange)) addRange(allowed, entry);
  const options = { ...connecting, ...(isProxied() ? {} : { lookup: publicLookup(allowed) }) };
  return {
    has: ({ host, hostname }) => {
      // A private address that is itself in the list is allowed.
      const isMeant = hosts.has(host);
      return isMeant || (hosts.has(hostname) && host === hostname);
    },
    agents: { http: new http.Agent(options), https: new https.Agent(options) },
  };
}

/**
 * The addresses that no name in a catalog's list may resolve to: this machine, its networks, and
 * addresses that no host has.
 */
const rangesNotPublic = [
  ...['0.0.0.0/8', '10.0.0.0/8', '100.64.0.0/10', '127.0.0.0/8', '169.254.0.0/16', '172.16.0.0/12', '192.0.0.0/24'],
  ...['192.168.0.0/16', '198.18.0.0/15', '224.0.0.0/3', '::/127', '64:ff9b::/96', '2002::/16', 'fc00::/7', 'fe80::/9'],
  'ff00::/8',
];

/** The list of `rangesNotPublic`, made when it is first asked for. */
let notPublic: BlockList | undefined;

function listNotPublic(): BlockList {
  const list = new BlockList();
  for (const range of rangesNotPublic) addRange(list, range);
  return list;
}

function addRange(list: BlockList, range: string): void {
  const [address = '', bits] = range.split('/');
  list.addSubnet(address, Number(bits), isIP(address) === 6 ? 'ipv6' : 'ipv4');
}

/** Tells whether an address is public, or allowed. */
export function isReachable(address: string, allowed: BlockList): boolean {
  const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
  notPublic ??= listNotPublic();
  return !notPublic.check(address, family) || allowed.check(address, family);
}

/** The error code for a name that resolves to a forbidden address. */
export const privateAddress = 'EPRIVATE';

function publicLookup(allowed: BlockList): LookupFunction {
  return (hostname, options, callback) => {
    lookup(hostname, { ...options, all: true }, (error, found) => {
      if (error) return callback(error, []);
      const hidden = found.find(({ address }) => !isReachable(address, allowed));
      if (hidden) return callback(privateError(hostname, hidden), []);
      const [first] = found;
      return options.all || !first ? callback(null, found) : callback(null, first.address, first.family);
    });
  };
}

function privateError(hostname: string, { address }: LookupAddress): NodeJS.ErrnoException {
  const message = `its server sends on to ${hostname}, which is at the private address ${address}: give that, or its range, in the catalog's hosts`;
  return Object.assign(new Error(message), { code: privateAddress });
}

/** A proxy resolves names itself. */
function isProxied(): boolean {
  return ['HTTP_PROXY', 'http_proxy', 'HTTPS_PROXY', 'https_proxy'].some((name) => process.env[name]);
}
