import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { type ConnectionOptions, createSecureContext, getCACertificates } from 'node:tls';
import { oneOf, type Parameters } from './parameters.ts';

/** Whether a connection is encrypted, and what is checked then. */
export type Encryption = ConnectionOptions | false;

const modes = ['disable', 'allow', 'prefer', 'require', 'verify-ca', 'verify-full', 'no-verify'] as const;

/**
 * The ways of encryption that are tried in turn, as libpq does
 * (https://www.postgresql.org/docs/current/libpq-ssl.html): `prefer` where no mode is given, and
 * `require` verifies the server only where there is a root certificate. Two things are different:
 * `verify-full` without a root certificate takes the authorities that Node trusts, and a file that
 * is named must be there. Throws a sentence for a wrong mode or file.
 */
export function encryptionsOf(parameters: Parameters): readonly Encryption[] {
  const given = parameters('sslmode') ?? legacyMode(parameters('ssl'));
  const isSystem = parameters('sslrootcert') === 'system';
  const mode = given === undefined ? (isSystem ? 'verify-full' : 'prefer') : oneOf('sslmode', given, modes);
  if (isSystem && mode !== 'verify-full') {
    throw new Error(`sslrootcert is "system", which needs sslmode=verify-full; got ${mode}`);
  }
  if (mode === 'disable') return [false];
  const encrypted = optionsOf(mode, parameters);
  if (parameters('sslnegotiation') === 'direct') return [encrypted];
  if (mode === 'allow') return [false, encrypted];
  return mode === 'prefer' ? [encrypted, false] : [encrypted];
}

/** The mode that other clients write as `ssl=true`. */
function legacyMode(ssl: string | undefined): string | undefined {
  if (ssl === undefined) return undefined;
  return { true: 'require', 1: 'require', false: 'disable', 0: 'disable' }[ssl] ?? ssl;
}

function optionsOf(mode: (typeof modes)[number], parameters: Parameters): ConnectionOptions {
  const root = parameters('sslrootcert');
  const ca = root === 'system' ? getCACertificates('system') : fileOf('sslrootcert', root, 'root.crt');
  if (mode === 'verify-ca' && ca === undefined) {
    throw new Error('sslmode is "verify-ca", which needs the certificate of an authority in sslrootcert');
  }
  const cert = fileOf('sslcert', parameters('sslcert'), 'postgresql.crt');
  const key = cert && fileOf('sslkey', parameters('sslkey'), 'postgresql.key');
  const passphrase = parameters('sslpassword');
  const files = { ...(ca && { ca }), ...(cert && { cert }), ...(key && { key }), ...(passphrase && { passphrase }) };
  try {
    createSecureContext(files);
  } catch (error) {
    const { message } = error as Error;
    throw new Error(`the certificates of sslrootcert, sslcert and sslkey cannot be used: ${message}`, { cause: error });
  }
  return {
    ...files,
    rejectUnauthorized: mode === 'verify-full' || (ca !== undefined && mode !== 'no-verify'),
    ...(mode !== 'verify-full' && { checkServerIdentity: () => undefined }),
  };
}

/** The content of a file that a parameter names, or else of PostgreSQL's own, if there is one. */
function fileOf(name: string, given: string | undefined, own: string): string | undefined {
  const path = given ?? join(homedir(), '.postgresql', own);
  if (given === undefined && !existsSync(path)) return undefined;
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new Error(`${name}: the file ${path} cannot be read: ${(error as Error).message}`, { cause: error });
  }
}
