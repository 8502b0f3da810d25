import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** The files of a key and of its certificate. */
export interface CertificateFiles {
  readonly key: string;
  readonly certificate: string;
}

/**
 * Makes a certificate that nobody vouches for, for a host and its further names
 * (`DNS:localhost,IP:127.0.0.1`), in a folder.
 */
export async function makeCertificate(folder: string, host: string, names = `DNS:${host}`): Promise<CertificateFiles> {
  const [key, certificate] = [join(folder, `${host}.key.pem`), join(folder, `${host}.pem`)];
  const made = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-keyout', key, '-out', certificate];
  await run('openssl', [...made, '-subj', `/CN=${host}`, '-addext', `subjectAltName=${names}`]);
  return { key, certificate };
}
