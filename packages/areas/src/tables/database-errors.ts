import pg from 'pg';

/**
 * Whether an error of a database goes by, so that trying later may cure it: not where the server
 * answers that the question, the rights or the settings are wrong, nor where its certificate is.
 */
export function passes(error: Error): boolean {
  const { code = '', syscall } = error as Error & { readonly code?: string; readonly syscall?: string };
  // Codes of the server have five characters; all others come from the network or the client.
  if (error instanceof pg.DatabaseError && /^[0-9A-Z]{5}$/.test(code)) return serverPasses(code, error.message);
  // A file that is missing is one of the settings, but where it is the server's socket.
  if (syscall === 'open' || /does not support SSL/.test(error.message)) return false;
  return !settings.test(code);
}

/** Codes of Node: of certificates, and of addresses that are none. */
const settings =
  /^(CERT_|SELF_SIGNED_|DEPTH_ZERO_|UNABLE_TO_|ERR_TLS_|ERR_SSL_|ERR_OSSL_|ERR_SOCKET_BAD_PORT|ERR_INVALID_)/;

function serverPasses(code: string, message: string): boolean {
  if (ofPoolers.test(code)) return !refusing.test(message) && busy.test(message);
  return passing.test(code);
}

/**
 * Codes of https://www.postgresql.org/docs/current/errcodes-appendix.html: of connections,
 * resources, shutting down, conflicts, locks and disks. Left out of their classes are that the
 * server rejects the connection, a limit of the settings, and a database that was dropped.
 */
const passing = /^(08(?!P01|004)|40|53(?!400)|57(?!P04)|58030|55P03|25P03)/;

/**
 * Poolers say all that they have to say under the code of a protocol violation (PgBouncer) or of an
 * internal error (Supavisor).
 */
const ofPoolers = /^(08P01|XX000)$/;
const refusing = /unsupported|no such|not found|does not|auth|password|SSL|not allowed|invalid|config/i;
const busy = /max.?client|no more connections|timeout|connect|login|server|shutting down/i;
