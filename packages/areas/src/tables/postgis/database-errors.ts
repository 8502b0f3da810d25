import pg from 'pg';

/**
 * Whether an error of a database is temporary, so that a later try may succeed. An error in the
 * query, the rights, the settings or the server's certificate is not.
 */
export function passes(error: Error): boolean {
  const { code = '', syscall } = error as Error & { readonly code?: string; readonly syscall?: string };
  // Codes of the server have five characters. All others come from the network or the client.
  if (error instanceof pg.DatabaseError && /^[0-9A-Z]{5}$/.test(code)) return serverPasses(code, error.message);
  // A missing file belongs to the settings, unless it is the server's socket.
  if (syscall === 'open' || /does not support SSL/.test(error.message)) return false;
  return !settings.test(code);
}

/**
 * Whether an error shows that a table is not there as it was: it was dropped, has other columns or
 * types, or its rights were not granted again.
 */
export function showsOther(error: Error): boolean {
  const { code = '', message, cause } = error as Error & { readonly code?: string };
  if (!(error instanceof pg.DatabaseError)) return cause instanceof Error && showsOther(cause);
  return /^(42|3F)/.test(code) || (code === 'XX000' && /^(could not open relation|cache lookup failed)/.test(message));
}

/**
 * Whether a server that refused a connection may take it with or without encryption: the error
 * comes from the encryption, or from the server's rules for hosts.
 */
export function isOfEncryption(error: Error): boolean {
  const { code = '', message } = error as Error & { readonly code?: string };
  if (error instanceof pg.DatabaseError) return code === '28000';
  return certificates.test(code) || /SSL connection|^Connection terminated unexpectedly/.test(message);
}

/** Whether a server, or a pooler, does not take a user with the password that was given. */
export function isWrongPassword(error: Error): boolean {
  const { code, message } = error as Error & { readonly code?: string };
  return code === '28P01' || (code === '08P01' && /^(password|SASL) authentication failed/.test(message));
}

/** Whether a server's certificate comes from nobody who is trusted. */
export function isUntrusted(error: Error): boolean {
  const { code = '' } = error as Error & { readonly code?: string };
  return /^(SELF_SIGNED_|DEPTH_ZERO_|UNABLE_TO_)/.test(code);
}

/** Codes of Node for certificates, encryption and wrong addresses. */
const certificates = /^(CERT_|SELF_SIGNED_|DEPTH_ZERO_|UNABLE_TO_|ERR_TLS_|ERR_SSL_|ERR_OSSL_|EPROTO|ECONNRESET)/;
const settings =
  /^(CERT_|SELF_SIGNED_|DEPTH_ZERO_|UNABLE_TO_|ERR_TLS_|ERR_SSL_|ERR_OSSL_|ERR_SOCKET_BAD_PORT|ERR_INVALID_)/;

function serverPasses(code: string, message: string): boolean {
  if (ofPoolers.test(code)) return !refusing.test(message) && busy.test(message);
  return passing.test(code);
}

/**
 * Temporary codes of https://www.postgresql.org/docs/current/errcodes-appendix.html: connections,
 * resources, shutdown, conflicts, locks and disks. Not temporary are a rejected connection, a limit
 * of the settings, and a dropped database.
 */
const passing = /^(08(?!P01|004)|40|53(?!400)|57(?!P04)|58030|55P03|25P03)/;

/**
 * Poolers report everything as a protocol violation (PgBouncer) or as an internal error
 * (Supavisor).
 */
const ofPoolers = /^(08P01|XX000)$/;
const refusing = /unsupported|no such|not found|does not|auth|password|SSL|not allowed|invalid|config/i;
const busy = /max.?client|no more connections|timeout|connect|login|server|shutting down/i;
