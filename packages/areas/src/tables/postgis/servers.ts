import { homedir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { addressesOf } from './addresses.ts';
import { isOfEncryption, isUntrusted, isWrongPassword, passes } from './database-errors.ts';
import { type Encryption, encryptionsOf } from './encryption.ts';
import { oneOf } from './parameters.ts';
import { type Accepts, roundsOf, sessionOf } from './session.ts';

/** The servers of a database, any of which answers. */
export interface Servers {
  /** A connection. It is given back, or closed with `release(true)`. */
  connect(): Promise<pg.PoolClient>;
  /** Closes all connections as soon as they are given back. */
  end(): Promise<void>;
}

/**
 * The servers that a URL and PostgreSQL's variables name, tried in their order as libpq does: the
 * next one where a server is away, or is not what `target_session_attrs` wants. A server with
 * connections is preferred, so that one that is away is not tried for each question.
 */
export function openServers(url: string, options: pg.PoolConfig, environment = process.env): Servers {
  const { parameters, urls } = addressesOf(url, environment);
  const rounds = roundsOf(parameters('target_session_attrs'));
  const encryptions = encryptionsOf(parameters);
  const sslnegotiation = oneOf('sslnegotiation', parameters('sslnegotiation') ?? 'postgres', ['postgres', 'direct']);
  const common = { ...options, sslnegotiation };
  const servers = urls.map((one) => openServer({ ...common, connectionString: one }, encryptions));

  return {
    async connect() {
      let errors: Error[] = [];
      for (const accepts of rounds) {
        errors = [];
        for (const server of usedFirst(servers)) {
          try {
            return await server.connect(accepts);
          } catch (error) {
            if (!passes(error as Error)) throw error;
            if (servers.length === 1) errors.push(error as Error);
            else errors.push(new Error(`${server.address}: ${reasonOf(error as Error)}`, { cause: error }));
          }
        }
      }
      throw errors.length === 1 ? errors[0] : new AggregateError(errors);
    },
    async end() {
      await Promise.all(servers.map(({ end }) => end()));
    },
  };
}

/** The reason of an error. Node names several where a host has several addresses. */
export function reasonOf(error: Error): string {
  if (error instanceof AggregateError) return error.errors.map(reasonOf).join(', ');
  const { code = '', message } = error as Error & { readonly code?: string };
  // Node's advice is about settings of Node.
  const [reason = ''] = message.split('; if the root CA is installed locally');
  if (isUntrusted(error)) return `${reason}; sslrootcert (PGSSLROOTCERT) names the file of the authority to trust`;
  return reason || code;
}

interface Used {
  /** Whether there are connections. */
  isUsed(): boolean;
}

function usedFirst<T extends Used>(all: readonly T[]): readonly T[] {
  return [...all.filter((one) => one.isUsed()), ...all.filter((one) => !one.isUsed())];
}

/** One server, and its connections in each way of encryption. */
function openServer(config: pg.PoolConfig & { readonly connectionString: string }, encryptions: readonly Encryption[]) {
  const { user, host, port } = new pg.Client(config);
  const isSocket = host.startsWith('/');
  const address = isSocket ? host : `${host.includes(':') ? `[${host}]` : host}:${port}`;
  const pools = (isSocket ? [false as const] : encryptions).map((ssl) => openPool({ ...config, ssl }));
  const accepted = new WeakSet<pg.PoolClient>();

  async function connect(): Promise<pg.PoolClient> {
    const errors: { readonly error: Error; readonly isEncrypted: boolean }[] = [];
    for (const pool of usedFirst(pools)) {
      try {
        return await pool.connect();
      } catch (error) {
        if (isWrongPassword(error as Error)) {
          const refusal = `${address} refuses user "${user}" with the password that ${passwordSource(config.connectionString)} gives`;
          throw Object.assign(error as Error, { message: refusal });
        }
        if (!isOfEncryption(error as Error)) throw error;
        errors.push({ error: error as Error, isEncrypted: pool.isEncrypted });
      }
    }
    // That a server wants encryption tells less than why there is none.
    const telling = errors.find(({ error }) => !(error instanceof pg.DatabaseError));
    throw (telling ?? errors.find(({ isEncrypted }) => isEncrypted) ?? errors[0])?.error;
  }

  return {
    address,
    isUsed: () => pools.some((pool) => pool.isUsed()),
    async connect(accepts: Accepts | undefined) {
      const client = await connect();
      if (accepts === undefined || accepted.has(client)) return client;
      const session = await sessionOf(client).catch((error: unknown) => {
        client.release(true);
        throw error;
      });
      if (!accepts(session)) {
        client.release(true);
        const kind = session.isStandby ? 'a standby' : `a primary${session.isReadOnly ? ', read-only' : ''}`;
        throw new Error(`is ${kind}, which target_session_attrs leaves out`);
      }
      accepted.add(client);
      return client;
    },
    end: () => Promise.all(pools.map((pool) => pool.end())),
  };
}

function openPool(config: pg.PoolConfig) {
  const pool = new pg.Pool({ ...config, Client: closingClient as unknown as new () => pg.Client });
  // A connection that ends while idle is opened anew. Without a listener, this event would end the
  // process.
  pool.on('error', () => undefined);
  pool.on('connect', (client) => client.on('error', () => undefined));
  return {
    isEncrypted: config.ssl !== false,
    isUsed: () => pool.totalCount > 0,
    connect: () => pool.connect(),
    end: () => pool.end(),
  };
}

/**
 * Makes a client that closes a connection in which something fails. The library leaves it open, and
 * the process alive, where it has no password to send.
 */
function closingClient(config: pg.PoolConfig): pg.Client {
  const client = new pg.Client(config);
  const { connection } = client;
  connection.on('error', () => connection.stream.destroy());
  return client;
}

/** The place that a password comes from. */
function passwordSource(url: string): string {
  const { password, searchParams } = new URL(url);
  if (password || searchParams.get('password')) return 'the URL';
  if (process.env['PGPASSWORD']) return 'PGPASSWORD';
  return `the file ${process.env['PGPASSFILE'] || join(homedir(), '.pgpass')} (PGPASSFILE)`;
}
