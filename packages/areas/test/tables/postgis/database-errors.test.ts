import pg from 'pg';
import { passes } from '../../../src/tables/postgis/database-errors.ts';

const ofServer = (code: string, message = 'message') =>
  Object.assign(new pg.DatabaseError(message, message.length, 'error'), { code });
const ofNode = (code: string, message = 'message', syscall?: string) =>
  Object.assign(new Error(message), { code, ...(syscall && { syscall }) });

describe('an error that goes by', () => {
  it.each([
    ['a connection that was lost', ofServer('08006')],
    ['too many connections', ofServer('53300')],
    ['a full disk', ofServer('53100')],
    ['a server that shuts down', ofServer('57P01')],
    ['one that starts', ofServer('57P03')],
    ['an answer that took too long', ofServer('57014')],
    ['a conflict on a replica', ofServer('40001')],
    ['a deadlock', ofServer('40P01')],
    ['a lock that is not to be had', ofServer('55P03')],
    ['a transaction that was idle too long', ofServer('25P03')],
    ['a disk that cannot be read', ofServer('58030')],
    ['PgBouncer with too many clients', ofServer('08P01', 'no more connections allowed (max_client_conn)')],
    ['PgBouncer that waited too long', ofServer('08P01', 'query_wait_timeout')],
    ['PgBouncer without its server', ofServer('08P01', 'pgbouncer cannot connect to server')],
    ['Supavisor with too many clients', ofServer('XX000', 'MaxClientsInSessionMode: max clients reached')],
    ['nobody who listens', ofNode('ECONNREFUSED', 'connect ECONNREFUSED', 'connect')],
    ['a socket of a server that does not run', ofNode('ENOENT', 'connect ENOENT /run/x', 'connect')],
    ['a name that nobody knows yet', ofNode('ENOTFOUND', 'getaddrinfo ENOTFOUND db', 'getaddrinfo')],
    ['a connection that ends', new Error('Connection terminated unexpectedly')],
    ['a client that waited too long', new Error('Query read timeout')],
    ['a connection that is not made in time', new Error('timeout exceeded when trying to connect')],
  ])('is %s', (_, error) => {
    expect(passes(error)).toBe(true);
  });
});

describe('an error that lasts', () => {
  it.each([
    ['a wrong password', ofServer('28P01')],
    ['a role that may not log in', ofServer('28000')],
    ['a database that there is not', ofServer('3D000')],
    ['one that was dropped', ofServer('57P04')],
    ['a table that there is not', ofServer('42P01')],
    ['a right that is missing', ofServer('42501')],
    ['SQL that is wrong', ofServer('42601')],
    ['a file of the server that is missing', ofServer('58P01')],
    ['a limit of the settings', ofServer('53400')],
    ['a rejected connection', ofServer('08004')],
    ['a parameter that PgBouncer does not know', ofServer('08P01', 'unsupported startup parameter: statement_timeout')],
    ['a database that PgBouncer does not know', ofServer('08P01', 'no such database: nodb')],
    ['a user that it does not know', ofServer('08P01', 'no such user: me')],
    ['a login that fails behind it', ofServer('08P01', 'server login failed: password authentication failed')],
    ['a pooler of single statements', ofServer('08P01', 'transaction blocks not allowed in statement pooling mode')],
    ['a message that breaks the protocol', ofServer('08P01', 'insufficient data left in message')],
    ['a tenant that Supavisor does not know', ofServer('XX000', 'Tenant or user not found')],
    ['an error within PostGIS', ofServer('XX000', 'transform: Invalid coordinate (2049)')],
    ['data that are damaged', ofServer('XX001', 'invalid page in block 0')],
    ['a server without encryption', new Error('The server does not support SSL connections')],
    ['a certificate of its own making', ofNode('DEPTH_ZERO_SELF_SIGNED_CERT', 'self-signed certificate')],
    ['a certificate of another', ofNode('ERR_TLS_CERT_ALTNAME_INVALID')],
    ['a certificate that has expired', ofNode('CERT_HAS_EXPIRED')],
    ['a file of certificates that is missing', ofNode('ENOENT', 'ENOENT: no such file or directory', 'open')],
    ['a port that there cannot be', ofNode('ERR_SOCKET_BAD_PORT')],
  ])('is %s', (_, error) => {
    expect(passes(error)).toBe(false);
  });
});
