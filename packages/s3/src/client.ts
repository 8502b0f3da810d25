import type { S3Client, S3ClientConfig } from '@aws-sdk/client-s3';
import { clientSettings, type S3Service } from './client-settings.ts';
import { areRefused } from './problems.ts';

/**
 * The exports of the AWS SDK. They are passed in, as not every process that reads URLs loads it.
 */
type Library = Pick<typeof import('@aws-sdk/client-s3'), 'S3Client'>;

/**
 * A client of a service. Its credentials are found as the AWS SDKs find them (environment, files,
 * the machine's role). When the service refuses them, they are looked for anew, also in files that
 * were read before, and the request is sent once more if others are found. A proxy is used if the
 * environment names one.
 */
export function openS3Client(
  library: Library,
  service: S3Service,
  { maxAttempts }: Pick<S3ClientConfig, 'maxAttempts'> = {},
): S3Client {
  const client = new library.S3Client({
    ...clientSettings(service),
    credentialDefaultProvider: (init) => findingProvider({ ...init, ignoreCache: true }),
    requestHandler: { httpAgent: agent, httpsAgent: agent },
    ...(maxAttempts === undefined ? {} : { maxAttempts }),
  });
  client.middlewareStack.add((next) => (args) => withRenewal(client, () => next(args)), {
    name: 'renewCredentials',
    step: 'initialize',
  });
  return client;
}

const agent = { keepAlive: true, timeout: 60_000, maxSockets: 50, proxyEnv: process.env };

/** The SDK's own way to credentials, which the client loads anyway. */
function findingProvider(init: object) {
  const loading = import('@aws-sdk/credential-provider-node').then(({ defaultProvider }) => defaultProvider(init));
  return async (options?: object) => (await loading)(options);
}

async function withRenewal<T>({ config }: S3Client, send: () => Promise<T>): Promise<T> {
  const used = await config.credentials().catch(toNoCredentials);
  try {
    return await send();
  } catch (error) {
    if (!areRefused(error)) throw error;
    const isUsed = ({ accessKeyId, secretAccessKey, sessionToken }: typeof used) =>
      accessKeyId === used.accessKeyId &&
      secretAccessKey === used.secretAccessKey &&
      sessionToken === used.sessionToken;
    // Another request may have renewed them meanwhile.
    if (!isUsed(await config.credentials())) return send();
    const found = await config.credentials({ forceRefresh: true }).catch(() => used);
    if (isUsed(found)) throw error;
    return send();
  }
}

/** Fails as a service of credentials did, without the look of an answer of S3. */
function toNoCredentials(cause: Error): never {
  if (cause.name === 'CredentialsProviderError') throw cause;
  throw new Error(`its credentials cannot be renewed (${cause.name})`, { cause });
}
