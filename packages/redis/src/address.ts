/** A server that is asked for the others. */
export interface Node {
  readonly host: string;
  readonly port: number;
}

/** The name and password with which servers are asked. */
export interface User {
  readonly username: string | undefined;
  readonly password: string | undefined;
}

/** The user of the Redis servers, and whether they are reached with TLS. */
export interface Access extends User {
  readonly tls: boolean;
}

/** The target of a URL: a server, a cluster by some of its nodes, or a master by its Sentinels. */
export type RedisAddress =
  | { readonly kind: 'server'; readonly url: string }
  | ({ readonly kind: 'cluster'; readonly nodes: readonly Node[] } & Access)
  | ({
      readonly kind: 'sentinel';
      readonly nodes: readonly Node[];
      /** The name under which the Sentinels watch the master. */
      readonly name: string;
      readonly database: number;
      /** The user of the Sentinels themselves. */
      readonly sentinelUser: User;
    } & Access);

/** The forms of a URL of Redis, for messages. */
export const urlForms = {
  server: ['redis://<host>', 'rediss://<host>'],
  cluster: ['redis-cluster://<host>,<host>'],
  sentinel: ['redis-sentinel://<host>,<host>/<name>'],
} as const;

const scheme = /^redis(s?)(?:-(cluster|sentinel))?:\/\//;
const parts = /^(?:([^:@/]*)(?::([^@/]*))?@)?([^@/?#]+)(?:\/([^@/?#]+))?(?:\/(\d+))?(?:\?(.*))?$/;
const node = /^(?:\[([0-9a-f:.]+)\]|([^:[\]]+))(?::(\d{1,5}))?$/i;
const many = {
  cluster: {
    title: 'a Redis Cluster',
    port: '6379',
    form: 'redis-cluster://[[user]:password@]host[:port][,host[:port]…]',
  },
  sentinel: {
    title: 'Sentinels',
    port: '26379',
    form: 'redis-sentinel://[[user]:password@]host[:port][,host[:port]…]/name[/database][?sentinelPassword=…]',
  },
} as const;

/** Whether a URL is one of Redis by its scheme. */
export function isRedisUrl(url: string): boolean {
  return scheme.test(url);
}

export function isClusterUrl(url: string): boolean {
  return scheme.exec(url)?.[2] === 'cluster';
}

/**
 * Reads one of
 *
 * - `redis://[[user]:password@]host[:port][/database]`
 * - `redis-cluster://[[user]:password@]host[:port][,host[:port]…]`
 * - `redis-sentinel://[[user]:password@]host[:port][,host[:port]…]/name[/database]`
 *
 * or the same with `rediss`: with TLS. The nodes are those that are asked for the others. The user
 * is that of the Redis servers. Sentinels that require a password are given that of
 * `?sentinelPassword=…`, or a user's of `?sentinelUsername=…&sentinelPassword=…`. All of them are
 * percent-encoded. Throws a `RangeError`, which tells no password, for anything else: a cluster has
 * no numbered databases.
 */
export function redisAddress(url: string): RedisAddress {
  const [all, tls, kind] = scheme.exec(url) ?? [];
  if (all === undefined) throw new RangeError('the URL of a Redis has another scheme, expected redis://host:port');
  if (kind === undefined) {
    if (!URL.canParse(url)) throw new RangeError('the URL of a Redis is none, expected redis://host:port');
    return { kind: 'server', url };
  }
  const of = kind as keyof typeof many;
  const wrong = (what: string) => new RangeError(`the URL of ${many[of].title} ${what}, expected ${many[of].form}`);
  const [, username, password, hosts = '', name, database = '0', query] = parts.exec(url.slice(all.length)) ?? [];
  const nodes = hosts.split(',').map((text) => nodeOf(text, many[of].port));
  if (nodes.some(({ host, port }) => host === '' || port === 0 || port > 65_535)) throw wrong('names no nodes');
  const access = { ...decoded([username, password], wrong), tls: tls === 's' };
  if (of === 'sentinel') {
    if (name === undefined) throw wrong('names no master');
    const sentinelUser = sentinelUserOf(query, wrong);
    return { kind: of, nodes, name, database: Number(database), ...access, sentinelUser };
  }
  if (name !== undefined || query !== undefined) throw wrong('names no nodes');
  return { kind: of, nodes, ...access };
}

function nodeOf(text: string, defaultPort: string): Node {
  const [, ip, name, port = defaultPort] = node.exec(text) ?? [];
  return { host: ip ?? name ?? '', port: Number(port) };
}

/** A query is no form: a plus sign in it is one. */
function sentinelUserOf(query: string | undefined, wrong: (what: string) => Error): User {
  const members = new Map<string, string>();
  for (const member of query?.split('&') ?? []) {
    const [, name, value] = /^(sentinelUsername|sentinelPassword)=(.+)$/.exec(member) ?? [];
    if (name === undefined || value === undefined || members.has(name)) {
      throw wrong('has a query that is not understood');
    }
    members.set(name, value);
  }
  return decoded([members.get('sentinelUsername'), members.get('sentinelPassword')], wrong);
}

function decoded(user: readonly (string | undefined)[], wrong: (what: string) => Error): User {
  try {
    const [username, password] = user.map((text) => text && decodeURIComponent(text));
    return { username, password };
  } catch {
    throw wrong('has a % that encodes nothing in its user or password');
  }
}
