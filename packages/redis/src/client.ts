import type { Cluster, Redis } from 'ioredis';
import { type RedisAddress, redisAddress, type User } from './address.ts';

export type RedisClient = Redis | Cluster;

export interface ClientLimits {
  /** The time that connecting may take. */
  readonly connectMilliseconds: number;
  /** The time without an answer after which a connection is given up, and another one made. */
  readonly silentMilliseconds: number;
  /** The same for duplicates, which may read until something is there. Default: the same. */
  readonly blockedMilliseconds?: number;
  /** The time that a command may take before it rejects. Default: no limit. */
  readonly commandMilliseconds?: number;
  /** Whether commands wait while Redis is away, or reject at once. */
  readonly whileAway: 'wait' | 'fail';
  /** How often a command that fails fast is sent again over a new connection; default 0. */
  readonly sentAgain?: number;
  /** Whether it connects only when it is told to, or first used. */
  readonly lazyConnect?: boolean;
}

/** The exports of `ioredis`. They are passed in, as not every process that reads URLs loads it. */
export type Library = Pick<typeof import('ioredis'), 'Redis' | 'Cluster'>;

/**
 * A client of what the URL names. It reconnects by itself when the connection is lost, silent, or
 * refuses writes because its server has become a replica. The command that was refused rejects. In
 * a cluster, a command whose node is away is tried again a few times, or until it is carried out,
 * 100 milliseconds apart. Throws a `RangeError` for a URL of another form.
 */
export function openClient({ Redis, Cluster }: Library, url: string, limits: ClientLimits): RedisClient {
  const address = redisAddress(url);
  if (address.kind === 'server') return prepared(new Redis(url, serverOptions(limits)), limits);
  if (address.kind === 'sentinel') {
    return prepared(new Redis({ ...serverOptions(limits), ...sentinelOptions(address, limits) }), limits);
  }
  const client = new Cluster([...address.nodes], clusterOptions(address, limits));
  client.on('+node', survivesLateErrors);
  const duplicate = client.duplicate.bind(client);
  client.duplicate = (nodes, options) =>
    duplicate(nodes, { ...options, redisOptions: { ...blockedOptions(limits), ...options?.redisOptions } });
  return client;
}

/** Prepares a client, and its duplicates, before they connect. */
function prepared(client: Redis, limits: ClientLimits): Redis {
  const duplicate = client.duplicate.bind(client);
  client.duplicate = (options) => {
    const own = { ...blockedOptions(limits), ...options, lazyConnect: true } as typeof options;
    return connected(survivesLateErrors(duplicate(own)), options?.lazyConnect ?? limits.lazyConnect);
  };
  return connected(survivesLateErrors(client), limits.lazyConnect);
}

/** Connects a client as the library does by itself; its listener is told what fails. */
function connected(client: Redis, isLazy = false): Redis {
  if (!isLazy) client.connect().catch(() => undefined);
  return client;
}

interface Connecting {
  connector: { connect(...how: unknown[]): Promise<NodeJS.EventEmitter> };
}

/**
 * A client that goes on when its connection has a second error. The library listens to the first
 * one, and a connection with TLS may have another: its own distrust, then the server's alert.
 */
function survivesLateErrors(client: Redis): Redis {
  const { connector } = client as unknown as Connecting;
  const connect = connector.connect.bind(connector);
  connector.connect = async (...how) => {
    const stream = await connect(...how);
    stream.on('error', () => undefined);
    return stream;
  };
  return client;
}

function blockedOptions({ silentMilliseconds, blockedMilliseconds = silentMilliseconds }: ClientLimits) {
  return { socketTimeout: blockedMilliseconds };
}

const waits = { wait: null, fail: 0 } as const;

/** The options of each connection, whatever it leads to. */
function connectionOptions(limits: ClientLimits) {
  const { connectMilliseconds, silentMilliseconds, commandMilliseconds, whileAway, sentAgain } = limits;
  return {
    connectTimeout: connectMilliseconds,
    // A connection that went silent without closing is given up. The kernel would keep it for a
    // quarter of an hour.
    socketTimeout: silentMilliseconds,
    ...(commandMilliseconds === undefined ? {} : { commandTimeout: commandMilliseconds }),
    maxRetriesPerRequest: whileAway === 'fail' && sentAgain !== undefined ? sentAgain : waits[whileAway],
    // The time that closing a connection may take; a process that ends waits for it.
    disconnectTimeout: 100,
    reconnectOnError: afterFailover(),
  };
}

function serverOptions(limits: ClientLimits) {
  return {
    ...connectionOptions(limits),
    lazyConnect: true,
    enableOfflineQueue: limits.whileAway === 'wait',
    retryStrategy: pause,
  };
}

function sentinelOptions(
  { nodes, name, database, username, password, sentinelUser, tls }: Extract<RedisAddress, { kind: 'sentinel' }>,
  { connectMilliseconds }: ClientLimits,
) {
  return {
    sentinels: [...nodes],
    name,
    db: database,
    ...userOptions({ username, password }),
    ...(sentinelUser.username ? { sentinelUsername: sentinelUser.username } : {}),
    ...(sentinelUser.password ? { sentinelPassword: sentinelUser.password } : {}),
    ...(tls ? { tls: {}, sentinelTLS: {}, enableTLSForSentinelMode: true } : {}),
    sentinelCommandTimeout: connectMilliseconds,
    sentinelRetryStrategy: pause,
  };
}

function clusterOptions({ username, password, tls }: Extract<RedisAddress, { kind: 'cluster' }>, limits: ClientLimits) {
  const isPatient = limits.whileAway === 'wait';
  return {
    lazyConnect: limits.lazyConnect ?? false,
    enableOfflineQueue: isPatient,
    maxRedirections: isPatient ? Infinity : fewTries,
    slotsRefreshTimeout: limits.connectMilliseconds,
    clusterRetryStrategy: pause,
    // Names are looked up by each connection: TLS needs them, and addresses change.
    dnsLookup: (host: string, callback: (error: null, address: string) => void) => callback(null, host),
    redisOptions: {
      ...connectionOptions(limits),
      ...userOptions({ username, password }),
      ...(tls ? { tls: {} } : {}),
    },
  };
}

/**
 * How often a command is tried whose node is away, or has just handed over its slots, if it may not
 * wait.
 */
const fewTries = 4;

function userOptions(user: User) {
  return {
    ...(user.username ? { username: user.username } : {}),
    ...(user.password ? { password: user.password } : {}),
  };
}

function pause(attempt: number): number {
  return Math.min(50 * attempt, 2000);
}

const millisecondsBetween = 2000;

/**
 * Tells whether an error means that another server is the master now, to which the same URL leads.
 * It may take a while until it does: this is told every two seconds at most.
 */
function afterFailover(now: () => number = () => performance.now()): (error: Error) => boolean {
  let before = -Infinity;
  return ({ message }) => {
    if (!/^READONLY |-READONLY /.test(message) || now() - before < millisecondsBetween) return false;
    before = now();
    return true;
  };
}
